import { RedisRateLimitStore, RedisTokenStore } from '@nestjs-users/redis';
import { describeRateLimitStore, describeTokenStore } from '@nestjs-users/testing';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearPartOfRedis, hasRedis, newPartOfRedis } from './harness/redis.js';

const framework = { describe, it, beforeAll, afterAll };

/** A client of each library, and how to close it. */
const libraries = {
  ioredis: async (url: string) => {
    const client = new Redis(url);
    return { client, close: () => client.disconnect() };
  },
  redis: async (url: string) => {
    const client = createClient({ url });
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

/** Two stores, of whatever kind, with connections of their own. */
async function setUp<S>(
  connect: (typeof libraries)[keyof typeof libraries],
  make: (options: { client: never; prefix: string; timeoutSeconds: number }) => S,
) {
  const part = newPartOfRedis();
  const [first, second] = [await connect(part.url), await connect(part.url)];
  const [store, other] = [first, second].map(({ client }) =>
    // What they do all at once may take its time.
    make({ client: client as never, prefix: part.prefix, timeoutSeconds: 5 }),
  ) as [S, S];
  const tearDown = async (): Promise<void> => {
    first.close();
    second.close();
    await clearPartOfRedis(part);
  };
  return { store, other, tearDown };
}

for (const [name, connect] of Object.entries(hasRedis ? libraries : {})) {
  describeRateLimitStore({
    name: `RedisRateLimitStore, ${name}`,
    framework,
    setUp: () => setUp(connect, (options) => new RedisRateLimitStore(options)),
  });

  describeTokenStore({
    name: `RedisTokenStore, ${name}`,
    framework,
    forgetsByItself: true,
    setUp: () => setUp(connect, (options) => new RedisTokenStore(options)),
  });
}

it('A RedisTokenStore says which clients it takes', () => {
  expect(() => new RedisTokenStore({ client: {} as never })).toThrow(/ioredis/);
});
