import { RedisTokenStore } from '@nestjs-users/redis';
import { describeTokenStore } from '@nestjs-users/testing';
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

for (const [name, connect] of Object.entries(hasRedis ? libraries : {})) {
  describeTokenStore({
    name: `RedisTokenStore, ${name}`,
    framework,
    forgetsByItself: true,
    setUp: async () => {
      const part = newPartOfRedis();
      const [first, second] = [await connect(part.url), await connect(part.url)];
      return {
        store: new RedisTokenStore({ client: first.client, prefix: part.prefix }),
        other: new RedisTokenStore({ client: second.client, prefix: part.prefix }),
        tearDown: async () => {
          first.close();
          second.close();
          await clearPartOfRedis(part);
        },
      };
    },
  });
}

it('A RedisTokenStore says which clients it takes', () => {
  expect(() => new RedisTokenStore({ client: {} as never })).toThrow(/ioredis/);
});
