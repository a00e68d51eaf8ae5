import { expect, it } from 'vitest';
import { CookieTransport } from './cookie.transport.js';

const transport = new CookieTransport({ name: '__Host-session' });
const read = (cookie: string): string | null =>
  transport.read({ method: 'GET', url: '/', headers: { cookie } });

it.each([
  ['alone', '__Host-session=good'],
  ['among others', 'a=1; __Host-session=good;b=2'],
  ['with blanks and tabs', 'a=1 ;\t __Host-session=good \t'],
])('reads the cookie %s', (_where, cookie) => expect(read(cookie)).toBe('good'));

// A browser keeps `__Host-` names from other hosts by their first octets: whoever puts one in front may plant them.
it.each(['\u00a0', '\u000b', '\u000c', '\ufeff', '\u2003'])(
  'CK-08: %j in front of the name makes it another name',
  (character) => {
    expect(read(`${character}__Host-session=planted`)).toBeNull();
    expect(read(`a=1;${character}__Host-session=planted`)).toBeNull();
    expect(read(`__Host-session=good; ${character}__Host-session=planted`)).toBe('good');
  },
);
