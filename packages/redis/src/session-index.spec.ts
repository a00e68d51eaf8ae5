import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clients, Keys, newToken } from './redis.fixture.js';
import type { IoRedisClient } from './redis-client.js';
import { RedisTokenStore } from './redis.token-store.js';

// A list that comes in the midst of a login must not hide the new session: who ends all sessions of
// a user ends those that are listed.

describe.skipIf(clients.length === 0)('The index of a user', () => {
  const keys = new Keys();
  const send = async (name: string, ...args: string[]): Promise<unknown> =>
    keys.redis.call(name, ...args);
  const storeOf = (call: IoRedisClient['call']): RedisTokenStore =>
    new RedisTokenStore({ client: { call }, prefix: keys.prefix });
  const store = storeOf(send);

  beforeAll(() => keys.redis.connect());
  beforeEach(() => keys.deleteAll());
  afterAll(() => keys.close());

  /** A store that stops at a command, once, until it is told to go on. */
  function stopping(moment: 'before' | 'after', command: string) {
    let reach = (): void => {};
    let goOn = (): void => {};
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (goOn = resolve));
    const stop = (at: string, name: string): Promise<void> | undefined =>
      at === moment && name === command ? (reach(), released) : undefined;
    const slow = storeOf(async (name, ...args) => {
      await stop('before', name);
      const answer = await send(name, ...args);
      await stop('after', name);
      return answer;
    });
    return { store: slow, reached, goOn: () => goOn() };
  }

  it.each([
    ['before', 'eval'],
    ['after', 'eval'],
    ['before', 'set'],
    ['after', 'set'],
  ] as const)(
    'has the session of a login during which it was listed, %s %s',
    async (moment, command) => {
      const token = newToken();
      const login = stopping(moment, command);
      const inserted = login.store.insert(token);
      await login.reached;
      await store.list(token.subject, new Date());
      login.goOn();
      await inserted;
      expect(await store.list(token.subject, new Date())).toEqual([token]);
    },
  );

  it.each(['list', 'delete'] as const)(
    'has the session of a login that ends in the midst of a %s',
    async (call) => {
      const token = newToken();
      const login = stopping('before', 'set');
      const inserted = login.store.insert(token);
      await login.reached;
      const slow = stopping('after', call === 'list' ? 'get' : 'del');
      const answer =
        call === 'list'
          ? slow.store.list(token.subject, new Date())
          : slow.store.delete(token.subject, [token.id]);
      await slow.reached;
      login.goOn();
      await inserted;
      slow.goOn();
      expect(await answer).toEqual(call === 'list' ? [] : 0);
      expect(await store.list(token.subject, new Date())).toEqual([token]);
    },
  );

  it('names nothing of a session that was deleted in the midst of its use', async () => {
    const token = newToken();
    await store.insert(token);
    const use = stopping('after', 'eval');
    const lastUsedAt = new Date(Date.now() + 1000);
    const expiresAt = new Date(token.expiresAt.getTime() + 1000);
    const written = use.store.touch(token, { lastUsedAt, expiresAt });
    await use.reached;
    expect(await store.delete(token.subject, [token.id])).toBe(1);
    use.goOn();
    expect(await written).toBe(false);
    expect(await keys.all()).toEqual([]);
  });

  it('names nothing of a session whose use comes after its end', async () => {
    const token = newToken();
    await store.insert(token);
    await store.delete(token.subject, [token.id]);
    const use = { lastUsedAt: token.lastUsedAt, expiresAt: token.expiresAt };
    expect(await store.touch(token, use)).toBe(false);
    expect(await keys.all()).toEqual([]);
  });
});
