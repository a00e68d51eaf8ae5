import { type RateLimit, RateLimitStore } from './rate-limit-store.js';

/** So many keys are remembered; then the one that was used longest ago is forgotten. */
const MAX_KEYS = 100_000;

/** What is past is thrown away so often, where nobody asks for it any more. */
const SWEEP_MS = 60_000;

/** The times of what has happened, and when the last of them is past. */
interface Entry {
  readonly times: readonly number[];
  readonly endsAt: number;
}

/**
 * Counts in the memory of the process, exactly: the times of what has happened are kept, not a number
 * for each hour. Several processes each count for themselves.
 *
 * @publicApi
 */
export class MemoryRateLimitStore extends RateLimitStore {
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #maxKeys: number;
  #sweep: NodeJS.Timeout | undefined;

  /** @param maxKeys - bound on memory: how many keys are remembered. Default 100,000. */
  constructor({ maxKeys = MAX_KEYS }: { maxKeys?: number } = {}) {
    super();
    this.#maxKeys = maxKeys;
  }

  async take(key: string, { max, perSeconds }: RateLimit): Promise<number> {
    const now = seconds();
    const recent = (this.#entries.get(key)?.times ?? []).filter((time) => time > now - perSeconds);
    const isFull = recent.length >= max;
    const times = isFull ? recent : [...recent, now];
    this.#remember(key, { times, endsAt: (times.at(-1) ?? now) + perSeconds });
    const freed = recent.at(-max) ?? now;
    return isFull ? Math.max(1, Math.ceil(freed + perSeconds - now)) : 0;
  }

  async has(key: string): Promise<boolean> {
    return (this.#entries.get(key)?.endsAt ?? 0) > seconds();
  }

  async reset(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#sweep ??= setInterval(() => this.#forgetThePast(), SWEEP_MS).unref();
    if (this.#entries.size > this.#maxKeys) this.#forgetTheOldest();
  }

  /** A hundredth at a time: a map finds its first key the more slowly, the more before it are deleted. */
  #forgetTheOldest(): void {
    let surplus = Math.max(1, Math.floor(this.#maxKeys / 100));
    for (const key of this.#entries.keys()) {
      if (surplus-- === 0) return;
      this.#entries.delete(key);
    }
  }

  #forgetThePast(): void {
    const now = seconds();
    for (const [key, { endsAt }] of this.#entries) {
      if (endsAt <= now) this.#entries.delete(key);
    }
    if (this.#entries.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

/** Of a clock that nobody sets back. */
function seconds(): number {
  return performance.now() / 1000;
}
