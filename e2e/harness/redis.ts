import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';

/** A part of Redis that nobody else uses. */
export interface SessionsInRedis {
  readonly url: string;
  readonly prefix: string;
}

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** Whether Redis answers; where CI says so, it must. */
export const hasRedis: boolean = await isReachable();

export function newPartOfRedis(): SessionsInRedis {
  return { url, prefix: `e2e:${randomBytes(6).toString('hex')}:` };
}

/** Deletes what was written there. */
export async function clearPartOfRedis({ prefix }: SessionsInRedis): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    const found = keys as string[];
    if (found.length > 0) await redis.del(...found);
  }
  redis.disconnect();
}

async function isReachable(): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn('Left out: Redis does not answer at its URL.');
    return false;
  } finally {
    redis.disconnect();
  }
}
