import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { settings } from '../settings.js';

/** A prefix of its own in the one Redis, and an end to its keys. */
export function redisPrefix() {
  const prefix = `bench_${randomBytes(6).toString('hex')}:`;
  return {
    env: { REDIS_URL: settings.redis, PREFIX: prefix },
    async drop(): Promise<void> {
      const client = new Redis(settings.redis);
      for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
        if ((keys as string[]).length > 0) await client.del(...(keys as string[]));
      }
      await client.quit();
    },
  };
}
