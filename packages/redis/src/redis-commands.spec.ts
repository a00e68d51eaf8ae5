import { ServiceUnavailableError } from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients, type Connection, Keys, newToken, REDIS_URL } from './redis.fixture.js';
import { Way } from './redis-away.fixture.js';
import { RedisTokenStore } from './redis.token-store.js';

const now = new Date();

/** Every method of the store that asks Redis. */
const methods: Record<string, (store: RedisTokenStore) => Promise<unknown>> = {
  insert: (store) => store.insert(newToken()),
  find: (store) => store.find(newToken().digest, now),
  touch: (store) => store.touch(newToken(), { lastUsedAt: now, expiresAt: now }),
  list: (store) => store.list('anna', now),
  delete: (store) => store.delete('anna', ['a']),
};

/** What a method throws where Redis fails, and after how many milliseconds. */
async function failureOf(work: Promise<unknown>) {
  const start = performance.now();
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ServiceUnavailableError);
  const { detail, retryAfterSeconds } = error as ServiceUnavailableError;
  return { detail, retryAfterSeconds, waited: performance.now() - start };
}

describe.each(Object.entries(methods))('RedisTokenStore.%s()', (_name, call) => {
  it('OT-08: waits no longer than it was told for a client that never answers', async () => {
    const client = { call: () => new Promise(() => {}) };
    const store = new RedisTokenStore({ client, timeoutSeconds: 0.05 });
    const { detail, waited } = await failureOf(call(store));
    expect(detail).toBe('Redis did not answer within 0.05 seconds.');
    expect(waited).toBeGreaterThan(40);
    expect(waited).toBeLessThan(1500);
  });

  it('R-07: waits no longer than half a second, if it is told nothing', async () => {
    const client = { call: () => new Promise(() => {}) };
    const { detail } = await failureOf(call(new RedisTokenStore({ client })));
    expect(detail).toBe('Redis did not answer within 0.5 seconds.');
  });

  it.each([
    [new Error("READONLY You can't write against a read only replica."), 'READONLY'],
    [new Error("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [new Error("ERR unknown command 'eval', with args: 'users:session:secret'"), 'ERR'],
    [Object.assign(new Error('connect secret:6379'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [Object.assign(new Error('secret'), { code: 'a secret' }), 'Error'],
    [Object.assign(new Error('secret'), { name: 'MaxRetriesError' }), 'MaxRetriesError'],
    [new (class ClientClosedError extends Error {})('secret'), 'ClientClosedError'],
    [new Error('Connection is closed.'), 'Connection is closed'],
    [new Error('Command timed out'), 'Command timed out'],
    ['secret', 'an unknown error'],
  ])('tells of an error only what it is: %s', async (error, what) => {
    const throwing = (): Promise<unknown> => {
      throw error;
    };
    for (const fail of [throwing, () => Promise.reject(error)]) {
      const failure = await failureOf(call(new RedisTokenStore({ client: { call: fail } })));
      expect(failure).toMatchObject({ detail: `Redis failed: ${what}.`, retryAfterSeconds: 1 });
    }
  });
});

describe.each(clients)('A client of $name', ({ connect }) => {
  it.each(Object.entries(methods))(
    'OT-08: that is closed is no answer to %s()',
    async (_name, call) => {
      const { client, close } = await connect();
      close();
      const { detail, waited } = await failureOf(call(new RedisTokenStore({ client })));
      expect(detail).toMatch(/^Redis failed: (Connection is closed|ClientClosedError)\.$/);
      expect(waited).toBeLessThan(1500);
    },
  );

  it('takes an answer that came while the process was busy for one in time', async () => {
    const keys = new Keys();
    const connection = await connect(REDIS_URL);
    const { client } = connection;
    const store = new RedisTokenStore({ client, prefix: keys.prefix, timeoutSeconds: 0.05 });
    const token = newToken();
    await store.insert(token);
    const found = store.find(token.digest, new Date());
    const end = performance.now() + 200;
    while (performance.now() < end);
    expect(await found).toEqual(token);
    connection.close();
    await keys.close();
  });

  describe('whose way to Redis is blocked', () => {
    const way = new Way();
    const keys = new Keys();
    let connection: Connection;
    let store: RedisTokenStore;

    beforeAll(async () => {
      connection = await connect(await way.open());
      const { client } = connection;
      store = new RedisTokenStore({ client, prefix: keys.prefix, timeoutSeconds: 0.2 });
      await store.insert(newToken());
      way.block();
    });
    afterAll(async () => {
      connection.close();
      way.close();
      await keys.close();
    });

    it.each(Object.entries(methods))('OT-08: makes %s() wait for so long', async (_name, call) => {
      const { detail, waited } = await failureOf(call(store));
      expect(detail).toBe('Redis did not answer within 0.2 seconds.');
      expect(waited).toBeLessThan(1500);
    });
  });
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3601, '2x' as never, null as never])(
  'refuses to wait for %s seconds',
  (timeoutSeconds) => {
    const client = { call: async () => null };
    expect(() => new RedisTokenStore({ client, timeoutSeconds })).toThrow(
      /^RedisTokenStore: timeoutSeconds must be a number above 0/,
    );
  },
);
