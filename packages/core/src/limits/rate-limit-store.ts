/** How often something may happen. @publicApi */
export interface RateLimit {
  /** At most so many times … */
  readonly max: number;
  /** … in any span of so many seconds. */
  readonly perSeconds: number;
}

/**
 * Counts what may happen only so often: a port, and its own injection token. Several processes that
 * serve one application need a store that they share.
 *
 * Whoever asks waits for the answer: give up in time. While a store throws, each process counts for
 * itself.
 *
 * @publicApi
 */
export abstract class RateLimitStore {
  /**
   * Counts one more occurrence, if the limit permits it, in one atomic step: of several at once no
   * more pass than may. What is refused is not counted.
   *
   * @returns 0 if it may happen; otherwise after how many seconds it may, at least 1
   */
  abstract take(key: string, limit: RateLimit): Promise<number>;

  /** Whether an occurrence is remembered: one within the span of the limit that it was counted by. */
  abstract has(key: string): Promise<boolean>;

  /** Forgets all occurrences. */
  abstract reset(key: string): Promise<void>;
}

/**
 * Token of the store that the options name. The class itself is what their factory may inject: a
 * module that provided it again would have the factory wait for itself.
 */
export const CONFIGURED_STORE = Symbol('CONFIGURED_STORE');
