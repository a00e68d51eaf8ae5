import { ServiceUnavailableError } from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients, type Connection, Keys } from './redis.fixture.js';
import { RedisRateLimitStore } from './redis.rate-limit-store.js';

const HOUR = { max: 3, perSeconds: 3600 };

describe.each(clients)('RedisRateLimitStore, by $name', ({ connect }) => {
  const keys = new Keys();
  let connection: Connection;
  let store: RedisRateLimitStore;
  beforeAll(async () => {
    connection = await connect();
    const options = { client: connection.client, prefix: keys.prefix };
    store = new RedisRateLimitStore(options);
  });
  afterAll(async () => {
    connection.close();
    await keys.close();
  });

  it('RL-10: leaves no key without an end', async () => {
    await store.take('end', HOUR);
    for (const key of await keys.all()) {
      expect(await keys.redis.pttl(key), key).toBeGreaterThan(0);
    }
  });

  it('R-18: a time that is to come is one of a clock that was set back, and locks nobody', async () => {
    const key = `${keys.prefix}limit:back`;
    const later = Date.now() + 3_600_000;
    for (let n = 0; n < 5; n++) await keys.redis.zadd(key, later, `n${n}`);
    expect(await store.take('back', HOUR)).toBe(0);
  });

  it('a value of another type is as good as none', async () => {
    await keys.redis.set(`${keys.prefix}limit:strange`, 'x');
    expect(await store.take('strange', HOUR)).toBe(0);
    expect(await store.take('strange', { max: 1, perSeconds: 3600 })).toBeGreaterThan(0);
  });
});

it('RL-14: waits no longer than it was told for a client that never answers', async () => {
  const client = { call: () => new Promise(() => {}) };
  const store = new RedisRateLimitStore({ client, timeoutSeconds: 0.05 });
  await expect(store.take('a', HOUR)).rejects.toBeInstanceOf(ServiceUnavailableError);
});

it('R-07: waits no longer than half a second, if it is told nothing', async () => {
  const client = { call: () => new Promise(() => {}) };
  const failure = new RedisRateLimitStore({ client }).take('a', HOUR);
  await expect(failure).rejects.toMatchObject({
    detail: 'Redis did not answer within 0.5 seconds.',
  });
});

const call = async (): Promise<unknown> => null;

it.each([
  [{ client: {} }, /client/],
  [{ client: { call }, prefix: 5 }, /prefix must be a text/],
  [{ client: { call }, timeoutSeconds: 0 }, /RedisRateLimitStore: timeoutSeconds/],
])('refuses %j', (options, message) => {
  expect(() => new RedisRateLimitStore(options as never)).toThrow(message);
});
