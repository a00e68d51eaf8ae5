import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { RateLimitStore } from './rate-limit-store.js';
import { SteadyLimits } from './steady-limits.js';

const LIMIT = { max: 2, perSeconds: 600 };

/** A store that is away, and says so at once or after a while. */
class LostStore extends RateLimitStore {
  asked = 0;
  waitMs = 0;
  isAway = true;

  async take(): Promise<number> {
    await this.#fail();
    return 0;
  }

  async has(): Promise<boolean> {
    await this.#fail();
    return true;
  }

  async reset(): Promise<void> {
    await this.#fail();
  }

  async #fail(): Promise<void> {
    this.asked++;
    vi.advanceTimersByTime(this.waitMs);
    if (this.isAway) throw new Error('connect ECONNREFUSED');
  }
}

describe('SteadyLimits', () => {
  let store: LostStore;
  let limits: SteadyLimits;
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    warn.mockClear();
    store = new LostStore();
    limits = new SteadyLimits(store, new UsersTelemetry({ module: 'users', isOn: false }));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('R-07: a store that keeps callers waiting in vain is left alone for a second', async () => {
    store.waitMs = 500;
    for (let n = 0; n < 20; n++) await limits.take('x', LIMIT);
    expect(store.asked).toBe(1);
    vi.advanceTimersByTime(1000);
    store.isAway = false;
    store.waitMs = 0;
    expect(await limits.has('x')).toBe(true);
    expect(await limits.take('x', LIMIT)).toBe(0);
    expect(store.asked).toBe(3);
  });

  it('R-07: one that fails at once is asked each time, and is missed by nobody when it is back', async () => {
    for (let n = 0; n < 5; n++) await limits.take('x', LIMIT);
    expect(store.asked).toBe(5);
    store.isAway = false;
    expect(await limits.take('x', LIMIT)).toBe(0);
  });

  it('R-07, RL-14: the limit holds meanwhile, with one warning a minute', async () => {
    store.waitMs = 500;
    const waits = [];
    for (let n = 0; n < 4; n++) waits.push(await limits.take('x', LIMIT));
    expect(waits.map((seconds) => seconds > 0)).toEqual([false, false, true, true]);
    for (let n = 0; n < 25; n++) {
      vi.advanceTimersByTime(1500);
      await limits.take('y', LIMIT);
    }
    expect(warn).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    await limits.take('y', LIMIT);
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('says what is wrong, once', async () => {
    await limits.take('x', LIMIT);
    expect(warn.mock.calls[0]?.[0]).toBe(
      'The rateLimitStore fails: connect ECONNREFUSED. Until it works, each process counts for itself.',
    );
  });

  it.each([undefined, null, 'away', {}])(
    'RL-14: counts also where %j is thrown',
    async (thrown) => {
      vi.spyOn(store, 'take').mockRejectedValue(thrown);
      const waits = [];
      for (let n = 0; n < 3; n++) waits.push(await limits.take('x', LIMIT));
      expect(waits.map((seconds) => seconds > 0)).toEqual([false, false, true]);
    },
  );

  it('RL-14: what was renewed is known while the store is away, and it is told so once in a while', async () => {
    const month = { max: 1, perSeconds: 30 * 86_400 };
    store.isAway = false;
    for (let n = 0; n < 10; n++) await limits.renew('known', month);
    expect(store.asked).toBe(10);
    store.isAway = true;
    expect(await limits.has('known')).toBe(true);
    vi.advanceTimersByTime(30 * 86_400_000);
    expect(await limits.has('known')).toBe(false);
  });
});
