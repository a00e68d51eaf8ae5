import { RateLimitStore } from '@nestjs-users/core';

/** What a store must not do, for controls: it believes the clock on the wall, wherever that is set. */
export class WallClockLimits extends RateLimitStore {
  #times = new Map();

  async take(key, { max, perSeconds }) {
    const now = Date.now() / 1000;
    const recent = (this.#times.get(key) ?? []).filter((time) => time > now - perSeconds);
    if (recent.length >= max) return Math.ceil(recent.at(-max) + perSeconds - now);
    this.#times.set(key, [...recent, now]);
    return 0;
  }

  async has(key) {
    return this.#times.has(key);
  }

  async reset(key) {
    this.#times.delete(key);
  }
}
