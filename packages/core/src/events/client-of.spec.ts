import { describe, expect, it } from 'vitest';
import { clientOf } from './client-of.js';
import { UserRegisteredEvent } from './users.events.js';

const request = (userAgent: unknown, ip: string | undefined = '192.0.2.1') =>
  ({ method: 'POST', url: '/', headers: { 'user-agent': userAgent }, ip }) as never;

describe('clientOf', () => {
  it.each([
    ['a browser', request('Mozilla/5.0'), { address: '192.0.2.1', userAgent: 'Mozilla/5.0' }],
    ['no request', undefined, { address: null, userAgent: null }],
    ['no name', request(undefined), { address: '192.0.2.1', userAgent: null }],
    ['two names', request(['a', 'b']), { address: '192.0.2.1', userAgent: null }],
    ['IPv4 of a socket for both', request('a', '::ffff:192.0.2.1'), { address: '192.0.2.1' }],
    ['IPv6', request('a', '::ffff:c000:201:1'), { address: '::ffff:c000:201:1' }],
    ['nothing', request('', ''), { address: null, userAgent: null }],
    ['lines for a log', request('a\r\nERROR b\u001B[2J\u202E'), { userAgent: 'aERROR b[2J' }],
    ['half a letter', request('a\uD800b'), { userAgent: 'ab' }],
    ['a long name', request('x'.repeat(1000)), { userAgent: 'x'.repeat(255) }],
  ])('LO-05: %s', (_title, sender, client) => {
    expect(clientOf(sender)).toMatchObject(client);
  });

  it('is what events tell of their request, and no log shows', () => {
    const event = new UserRegisteredEvent({ id: '1' } as never, request('Mozilla/5.0'));
    expect(event.client).toEqual({ address: '192.0.2.1', userAgent: 'Mozilla/5.0' });
    expect(event.copy().client).toEqual(event.client);
    expect(Object.keys({ ...event })).not.toContain('client');
  });
});
