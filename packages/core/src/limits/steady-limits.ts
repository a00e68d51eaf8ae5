import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ServiceUnavailableError } from '../users/users.errors.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { RareWarnings } from '../logging/rare-warnings.js';
import { MemoryRateLimitStore } from './memory.rate-limit-store.js';
import { RATE_LIMIT_STORE, type RateLimit, RateLimitStore } from './rate-limit-store.js';

/** So long a store that has kept somebody waiting in vain is not asked again, */
const REST_MS = 1000;
/** and that is what counts as waiting: a login asks several times, and would wait as often. */
const SLOW_MS = 100;

/** Counts in the configured store; while that fails, in the process: neither is a limit gone, nor what it limits. */
@Injectable()
export class SteadyLimits extends RateLimitStore {
  readonly #warnings = new RareWarnings(new Logger('RateLimitStore'), 60);
  readonly #ownStore = new MemoryRateLimitStore();
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(RATE_LIMIT_STORE) private readonly store: RateLimitStore,
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
  ) {
    super();
  }

  take(key: string, limit: RateLimit): Promise<number> {
    return this.#ask((store) => store.take(key, limit));
  }

  has(key: string): Promise<boolean> {
    return this.#ask((store) => store.has(key));
  }

  reset(key: string): Promise<void> {
    return this.#ask((store) => store.reset(key));
  }

  /**
   * Begins a span anew, in the process too: it holds while the store is away. The store is told so at
   * most thirty times in a span: what is renewed is asked for often enough.
   */
  async renew(key: string, limit: RateLimit): Promise<void> {
    await begin(this.#ownStore, key, limit);
    const lately = `${key}:lately`;
    if (await this.has(lately)) return;
    await begin(this, key, limit);
    await this.take(lately, { max: 1, perSeconds: Math.ceil(limit.perSeconds / 30) });
  }

  async #ask<T>(question: (store: RateLimitStore) => Promise<T>): Promise<T> {
    const start = performance.now();
    if (start < this.#restsUntil) return question(this.#ownStore);
    try {
      return await question(this.store);
    } catch (error) {
      const now = performance.now();
      if (now - start > SLOW_MS) this.#restsUntil = now + REST_MS;
      this.telemetry.count('nestjs_users.limit.store.failures', {});
      this.#warnings.warn(
        `The rateLimitStore fails: ${causeOf(error)} Until it works, each process counts for itself.`,
      );
      return question(this.#ownStore);
    }
  }
}

/** As a sentence, whatever was thrown: what clients are told of trouble is no cause. */
function causeOf(error: unknown): string {
  const { detail, message } = Object(error) as Partial<ServiceUnavailableError>;
  return (detail || message || String(error)).replace(/\.?$/, '.');
}

async function begin(store: RateLimitStore, key: string, limit: RateLimit): Promise<void> {
  await store.reset(key);
  await store.take(key, limit);
}
