import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { nameOf, pathOf, routes, allRoutes } from '../harness/routes.js';
import { snapshot } from '../harness/snapshot.js';
import { everyPlatform, tell } from '../harness/tell.js';

const nested = (levels: number, open = '[', close = ']') =>
  open.repeat(levels) + close.repeat(levels);
const keys = (count: number, value = '1') =>
  Array.from({ length: count }, (_, index) => `"k${index}":${value}`).join();

/** A body that is good apart from what is added to it. */
const good = (more = '') =>
  `{"email":"${newEmail()}","username":"anna","token":"x","password":"${newPassword()}"${more}}`;

/** A text that is small on its way and large when it is unpacked. */
const bomb = `"${'a'.repeat(2e7)}"`;
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

interface Row {
  readonly title: string;
  readonly body: () => string | Buffer;
  readonly headers?: Record<string, string>;
  readonly statuses: readonly number[];
}

const rows: readonly Row[] = [
  { title: 'one long text', body: () => good(`,"x":"${'a'.repeat(110_000)}"`), statuses: [413] },
  { title: 'a long password', body: () => `{"password":"${'a'.repeat(1e6)}"}`, statuses: [413] },
  { title: 'one long key', body: () => good(`,"${'a'.repeat(110_000)}":1`), statuses: [413] },
  {
    title: 'many long texts',
    body: () => good(`,${keys(600, `"${'a'.repeat(200)}"`)}`),
    statuses: [413],
  },
  { title: '3 MB', body: () => `"${'a'.repeat(3e6)}"`, statuses: [413] },
  { title: '33 levels of arrays', body: () => good(`,"x":${nested(33)}`), statuses: [400] },
  {
    title: '33 levels of objects',
    body: () => good(`,"x":${nested(33, '{"a":', '}').replace('}', '1}')}`),
    statuses: [400],
  },
  { title: '4000 levels', body: () => good(`,"x":${nested(4000)}`), statuses: [400] },
  { title: '45000 levels', body: () => good(`,"x":${nested(45_000)}`), statuses: [400] },
  { title: '45000 levels and no end', body: () => '['.repeat(45_000), statuses: [400] },
  { title: '8000 keys', body: () => good(`,${keys(8000)}`), statuses: [400] },
  { title: '10000 keys', body: () => good(`,${keys(10_000)}`), statuses: [400, 413] },
  { title: '10000 items', body: () => good(`,"x":[${'1,'.repeat(9999)}1]`), statuses: [400] },
  { title: 'UTF-16', body: () => utf16(good()), statuses: [400] },
  {
    title: 'UTF-16, and says so',
    body: () => utf16(good()),
    headers: { 'content-type': 'application/json; charset=utf-16' },
    statuses: [400, 415],
  },
  {
    title: 'UTF-32, and says so',
    body: () => good(),
    headers: { 'content-type': 'application/json; charset=utf-32' },
    statuses: [400, 415],
  },
  {
    title: 'Latin-1, and says so',
    body: () => good(),
    headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    statuses: [415],
  },
  {
    title: 'a gzip bomb',
    body: () => gzipSync(bomb),
    headers: { 'content-encoding': 'gzip' },
    statuses: [400, 413, 415],
  },
  {
    title: 'a deflate bomb',
    body: () => deflateSync(bomb),
    headers: { 'content-encoding': 'deflate' },
    statuses: [400, 413, 415],
  },
  {
    title: 'a brotli bomb',
    body: () => brotliCompressSync(bomb),
    headers: { 'content-encoding': 'br' },
    statuses: [400, 413, 415],
  },
  {
    title: 'an unknown encoding',
    body: () => gzipSync(good()),
    headers: { 'content-encoding': 'zip' },
    statuses: [400, 415],
  },
  { title: 'bytes', body: () => Buffer.from([0, 255, 254, 128, 0xc0, 0xaf]), statuses: [400] },
  { title: 'NUL', body: () => Buffer.alloc(1000), statuses: [400] },
];

tell(
  'Huge and broken bodies',
  everyPlatform,
  (stage) => {
    let admin: Persona;
    beforeAll(async () => {
      admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    });
    const write = (
      method: string,
      path: string,
      { body, headers }: Omit<Row, 'statuses' | 'title'>,
    ) =>
      admin.send({
        method,
        path,
        headers: { 'content-type': 'application/json', ...headers },
        body: body(),
      });

    describe.each(rows)('IN-06: $title', (row) => {
      it('is refused by every route that reads a body, while others are answered', async () => {
        const before = await snapshot(stage.host);
        const hashed = stage.host.hasher.calls;
        const readers: Promise<Answer>[] = [];
        const body = row.body();
        for (const route of routes.filter(({ fields }) => fields)) {
          readers.push(admin.me());
          const answer = await write(route.method, pathOf(route), { ...row, body: () => body });
          expect(row.statuses, `${nameOf(route)}: ${answer.text}`).toContain(answer.status);
        }
        for (const { status } of await Promise.all(readers)) expect(status).toBe(200);
        expect((await admin.me()).status).toBe(200);
        expect(stage.host.hasher.calls).toBe(hashed);
        expect(await snapshot(stage.host)).toEqual(before);
      });
    });

    it('IN-06: what is small enough is read: 30 levels, 900 keys, 90 kB', async () => {
      for (const more of [`,"x":${nested(30)}`, `,${keys(900)}`, `,"x":"${'a'.repeat(90_000)}"`]) {
        const answer = await write('POST', '/users/register', { body: () => good(more) });
        expect(answer.status).toBe(201);
      }
    });

    it('IN-06: depth and number of fields have a code of their own', async () => {
      const deep = { body: () => good(`,"x":${nested(40)}`) };
      expectError(await write('POST', '/users/register', deep), 400, 'MALFORMED_BODY');
      const wide = { body: () => good(`,${keys(1500)}`) };
      expectError(await write('PATCH', '/users/me', wide), 400, 'MALFORMED_BODY');
    });

    it('IN-06: a byte order mark before the text is ignored (RFC 8259, 8.1), and in it refused', async () => {
      const email = newEmail();
      const text = `{"email":"${email}","password":"${newPassword()}","firstName":"Anna"}`;
      const answer = await write('POST', '/users/register', { body: () => `\uFEFF${text}` });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ email, firstName: 'Anna' });
      const inside = text.replace('Anna', '').replace(email, `\uFEFF${email}`);
      const refused = await write('POST', '/users/register', { body: () => inside });
      expectError(refused, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
    });

    it.each([
      ['a lone continuation byte', [0x80]],
      ['an overlong slash', [0xc0, 0xaf]],
      ['half a character', [0xf0, 0x9f, 0x90]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['Latin-1', [0xe4]],
    ])('IN-06: text that is no UTF-8 is refused in every field: %s', async (_title, bytes) => {
      const before = await snapshot(stage.host);
      for (const route of routes) {
        for (const field of route.fields ?? []) {
          const broken = Buffer.concat([
            Buffer.from(`{"${field}":"correct-horse-`),
            Buffer.from(bytes),
            Buffer.from('-staple@example.org"}'),
          ]);
          const answer = await write(route.method, pathOf(route), { body: () => broken });
          expectInvalid(answer, field);
        }
      }
      expect(await snapshot(stage.host)).toEqual(before);
    });

    it('IN-06: a password that is no UTF-8 does not become one that others could hit', async () => {
      const email = newEmail();
      const text = `{"email":"${email}","password":"correct-h\xe4rse-staple"}`;
      const body = () => Buffer.from(text, 'latin1');
      expectInvalid(await write('POST', '/users/register', { body }), 'password');
      expect(await stage.host.row({ canonicalEmail: email })).toBeNull();
    });
  },
  { extras: allRoutes },
);
