import { ServiceUnavailableError } from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients, type Connection, Keys } from './redis.fixture.js';
import { RedisRateLimitStore } from './redis.rate-limit-store.js';

const HOUR = { max: 3, perSeconds: 3600 };
const wait = (milliseconds: number) =>
  new Promise((over) => {
    setTimeout(over, milliseconds);
  });

describe.each(clients)('RedisRateLimitStore, by $name', ({ connect }) => {
  const keys = new Keys();
  let connection: Connection;
  let store: RedisRateLimitStore;
  let other: RedisRateLimitStore;
  beforeAll(async () => {
    connection = await connect();
    const options = { client: connection.client, prefix: keys.prefix };
    store = new RedisRateLimitStore(options);
    other = new RedisRateLimitStore(options);
  });
  afterAll(async () => {
    connection.close();
    await keys.close();
  });

  it('RL-06: of fifty at once over two stores no more pass than may', async () => {
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 ? store : other).take('race', { max: 5, perSeconds: 3600 }),
      ),
    );
    expect(taken.filter((seconds) => seconds === 0)).toHaveLength(5);
  });

  it('RL-13: says when to come back, by the clock of the server, and lets in then', async () => {
    for (let n = 0; n < 3; n++) expect(await store.take('hour', HOUR)).toBe(0);
    const seconds = await other.take('hour', HOUR);
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThanOrEqual(3600);

    const short = { max: 1, perSeconds: 0.3 };
    expect(await store.take('short', short)).toBe(0);
    expect(await store.take('short', short)).toBe(1);
    await wait(320);
    expect(await store.take('short', short)).toBe(0);
  });

  it('does not count what it has refused', async () => {
    const short = { max: 1, perSeconds: 0.3 };
    await store.take('refused', short);
    await wait(200);
    expect(await store.take('refused', short)).toBe(1);
    await wait(120);
    expect(await store.take('refused', short)).toBe(0);
  });

  it('knows of what it has counted until it is past, or forgotten', async () => {
    expect(await store.has('known')).toBe(false);
    await store.take('known', { max: 1, perSeconds: 0.2 });
    expect([await other.has('known'), await store.has('unknown')]).toEqual([true, false]);
    await wait(250);
    expect(await store.has('known')).toBe(false);

    for (let n = 0; n < 3; n++) await store.take('reset', HOUR);
    expect(await store.take('reset', HOUR)).toBeGreaterThan(0);
    await store.reset('reset');
    expect(await store.take('reset', HOUR)).toBe(0);
  });

  it('RL-10: leaves no key without an end', async () => {
    await store.take('end', HOUR);
    for (const key of await keys.all()) {
      expect(await keys.redis.pttl(key), key).toBeGreaterThan(0);
    }
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

const call = async (): Promise<unknown> => null;

it.each([
  [{ client: {} }, /client/],
  [{ client: { call }, prefix: 5 }, /prefix must be a text/],
  [{ client: { call }, timeoutSeconds: 0 }, /RedisRateLimitStore: timeoutSeconds/],
])('refuses %j', (options, message) => {
  expect(() => new RedisRateLimitStore(options as never)).toThrow(message);
});
