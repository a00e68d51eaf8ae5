import { randomUUID } from 'node:crypto';
import { type RateLimit, RateLimitStore } from '@nestjs-users/core';
import type { RedisClient } from './redis-client.js';
import { RedisCommands } from './redis-commands.js';

/** What a {@link RedisRateLimitStore} is told. @publicApi */
export interface RedisRateLimitStoreOptions {
  /** A client of `ioredis` or `redis`, connected by the application, and closed by it. */
  readonly client: RedisClient;
  /** What all keys begin with: applications that share a Redis need one each. Default `'users:'`. */
  readonly prefix?: string;
  /**
   * How long to wait for the answer to a command, in seconds; after that, the process counts for itself
   * until Redis answers again. Default 0.5.
   */
  readonly timeoutSeconds?: number;
}

/**
 * A sorted set of occurrences by their time, which is the server's. `ARGV`: how many may be, in how many
 * milliseconds, the name of this one. Answers the milliseconds to wait. Times to come are those of a clock
 * that was set back since, and would lock for longer than the span.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max, span = tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - span))
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
if redis.call('ZCARD', KEYS[1]) >= max then
  local freed = redis.call('ZRANGE', KEYS[1], -max, -max, 'WITHSCORES')[2]
  return tonumber(freed) + span - now
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[3])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', span))
return 0`;

/**
 * Counts in Redis, for all processes together: one round trip and one atomic step. What is past is
 * forgotten by itself.
 *
 * @example
 * rateLimitStore: new RedisRateLimitStore({ client })
 * @publicApi
 */
export class RedisRateLimitStore extends RateLimitStore {
  readonly #commands: RedisCommands;
  readonly #prefix: string;

  /** @throws TypeError for what is no client, and for a bad prefix or time */
  constructor({ client, prefix = 'users:', timeoutSeconds = 0.5 }: RedisRateLimitStoreOptions) {
    super();
    if (typeof prefix !== 'string') {
      throw new TypeError(`RedisRateLimitStore: prefix must be a text, not ${typeof prefix}.`);
    }
    this.#commands = new RedisCommands(client, timeoutSeconds, 'RedisRateLimitStore');
    this.#prefix = `${prefix}limit:`;
  }

  async take(key: string, { max, perSeconds }: RateLimit): Promise<number> {
    const span = Math.ceil(perSeconds * 1000);
    const args = [String(max), String(span), randomUUID()];
    const wait = Number(await this.#commands.script(TAKE, this.#prefix + key, ...args));
    return wait > 0 ? Math.max(1, Math.ceil(wait / 1000)) : 0;
  }

  async has(key: string): Promise<boolean> {
    return Number(await this.#commands.run('exists', this.#prefix + key)) > 0;
  }

  async reset(key: string): Promise<void> {
    await this.#commands.run('del', this.#prefix + key);
  }
}
