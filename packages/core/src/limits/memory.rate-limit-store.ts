import { type RateLimit, RateLimitStore } from './rate-limit-store.js';

/** So many keys are remembered; then the one that was used longest ago is forgotten. */
const MAX_KEYS = 10_000;

/**
 * Counts in the memory of the process, exactly: the times of what has happened are kept, not a number
 * for each hour. Several processes each count for themselves.
 *
 * @publicApi
 */
export class MemoryRateLimitStore extends RateLimitStore {
  /** In the order of their last use. */
  readonly #times = new Map<string, readonly number[]>();
  readonly #maxKeys: number;

  /** @param maxKeys - bound on memory: how many keys are remembered. Default 10,000. */
  constructor({ maxKeys = MAX_KEYS }: { maxKeys?: number } = {}) {
    super();
    this.#maxKeys = maxKeys;
  }

  async take(key: string, { max, perSeconds }: RateLimit): Promise<number> {
    // Of a clock that nobody sets back.
    const now = performance.now() / 1000;
    const recent = (this.#times.get(key) ?? []).filter((time) => time > now - perSeconds);
    const isFull = recent.length >= max;
    this.#remember(key, isFull ? recent : [...recent, now]);
    const freed = recent.at(-max) ?? now;
    return isFull ? Math.max(1, Math.ceil(freed + perSeconds - now)) : 0;
  }

  #remember(key: string, times: readonly number[]): void {
    this.#times.delete(key);
    this.#times.set(key, times);
    if (this.#times.size <= this.#maxKeys) return;
    const [oldest] = this.#times.keys();
    if (oldest !== undefined) this.#times.delete(oldest);
  }
}
