import type { StoredToken } from '@nestjs-users/core';
import { Redis } from 'ioredis';
import { createHash, randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import type { RedisClient } from './redis-client.js';

/** Where Redis is. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** A connection of one of the two libraries. */
export interface Connection {
  readonly client: RedisClient;
  close(): void;
}

/** The libraries, each with its own defaults, by which a command waits for as long as Redis is away. */
const libraries = {
  ioredis: async (url = REDIS_URL): Promise<Connection> => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
  redis: async (url = REDIS_URL): Promise<Connection> => {
    const client = createClient({ url, socket: { reconnectStrategy: () => 50 } });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
} as const;

/** The libraries, if Redis answers; it must where CI says so. */
export const clients: readonly { name: string; connect: typeof libraries.ioredis }[] =
  (await isReachable())
    ? Object.entries(libraries).map(([name, connect]) => ({ name, connect }))
    : [];

/** Keys of a spec's own, seen past the store. */
export class Keys {
  readonly prefix = `test:${randomBytes(6).toString('hex')}:`;
  readonly redis = new Redis(REDIS_URL, { lazyConnect: true });

  async all(): Promise<string[]> {
    const keys: string[] = [];
    const stream = this.redis.scanStream({ match: `${this.prefix}*`, count: 1000 });
    for await (const found of stream) keys.push(...(found as string[]));
    return [...new Set(keys)];
  }

  async deleteAll(): Promise<void> {
    for (const key of await this.all()) await this.redis.del(key);
  }

  async close(): Promise<void> {
    await this.deleteAll();
    this.redis.disconnect();
  }

  ofSession({ digest }: StoredToken): string {
    return `${this.prefix}session:${digest}`;
  }

  ofIndex({ subject }: Pick<StoredToken, 'subject'>): string {
    return `${this.prefix}sessions:${subject}`;
  }
}

/** A session of somebody whom nobody else resembles. */
export function newToken(columns: Partial<StoredToken> = {}): StoredToken {
  const now = Date.now();
  return {
    id: randomBytes(16).toString('hex'),
    digest: createHash('sha256').update(randomBytes(32)).digest('hex'),
    subject: `subject-${randomBytes(8).toString('hex')}`,
    fingerprint: randomBytes(16).toString('base64url'),
    backend: 'session',
    createdAt: new Date(now),
    lastUsedAt: new Date(now),
    expiresAt: new Date(now + 3_600_000),
    endsAt: new Date(now + 24 * 3_600_000),
    generation: 0,
    rotatedAt: null,
    address: '2001:db8::1',
    userAgent: 'Mozilla/5.0 “✓”',
    ...columns,
  };
}

async function isReachable(): Promise<boolean> {
  const redis = new Redis(REDIS_URL, { lazyConnect: true, retryStrategy: () => null });
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
