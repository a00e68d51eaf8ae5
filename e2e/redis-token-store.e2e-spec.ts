import { RedisTokenStore } from '@nestjs-users/redis';
import { describeTokenStore } from '@nestjs-users/testing';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, it } from 'vitest';

const framework = { describe, it, beforeAll, afterAll };
const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** A client that is connected, or an error. */
const clients = {
  ioredis: async () => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
  'redis, RESP2': async () => {
    const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  'redis, RESP3': async () => {
    const client = createClient({ url, RESP: 3, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

if (await isReachable()) {
  for (const [name, connect] of Object.entries(clients)) {
    describeTokenStore({
      name: `RedisTokenStore, ${name}`,
      framework,
      forgetsByItself: true,
      setUp: async () => {
        const prefix = `test:${randomBytes(6).toString('hex')}:`;
        const [first, second] = [await connect(), await connect()];
        return {
          store: new RedisTokenStore({ client: first.client, prefix }),
          other: new RedisTokenStore({ client: second.client, prefix }),
          tearDown: async () => {
            first.close();
            second.close();
            await forget(prefix);
          },
        };
      },
    });
  }
} else {
  describe.skip('RedisTokenStore', () => {
    it('needs a Redis', () => {});
  });
}

async function forget(prefix: string): Promise<void> {
  const { client, close } = await clients.ioredis();
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
    for (const key of keys as string[]) await client.del(key);
  }
  close();
}

/** Whether Redis answers; it must where CI says so. */
async function isReachable(): Promise<boolean> {
  try {
    (await clients.ioredis()).close();
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn('Left out: Redis does not answer at its URL.');
    return false;
  }
}
