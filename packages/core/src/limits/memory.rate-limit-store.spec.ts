import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryRateLimitStore } from './memory.rate-limit-store.js';

const LIMIT = { max: 3, perSeconds: 3600 };

describe('MemoryRateLimitStore', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  it('permits so many in any span of time, and then says when to come back', async () => {
    const store = new MemoryRateLimitStore();
    for (const minute of [0, 10, 20]) {
      vi.setSystemTime(0);
      expect(await store.take('a', LIMIT), `minute ${minute}`).toBe(0);
      vi.advanceTimersByTime(600_000);
    }
    expect(await store.take('a', LIMIT)).toBe(1800);
    vi.advanceTimersByTime(1_799_000);
    expect(await store.take('a', LIMIT)).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(await store.take('a', LIMIT)).toBe(0);
    expect(await store.take('a', LIMIT)).toBe(600);
  });

  it('does not count what it has refused', async () => {
    const store = new MemoryRateLimitStore();
    for (let n = 0; n < 3; n++) await store.take('a', LIMIT);
    vi.advanceTimersByTime(3_599_000);
    for (let n = 0; n < 50; n++) expect(await store.take('a', LIMIT)).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(await store.take('a', LIMIT)).toBe(0);
  });

  it('counts each key for itself, many at once', async () => {
    const store = new MemoryRateLimitStore();
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.take(n % 2 ? 'a' : 'b', LIMIT)),
    );
    expect(taken.filter((seconds) => seconds === 0)).toHaveLength(6);
  });

  it('RL-13: knows of what it has counted until it is past, or forgotten', async () => {
    const store = new MemoryRateLimitStore();
    expect(await store.has('a')).toBe(false);
    await store.take('a', LIMIT);
    expect([await store.has('a'), await store.has('b')]).toEqual([true, false]);
    vi.advanceTimersByTime(3_599_999);
    expect(await store.has('a')).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await store.has('a')).toBe(false);

    for (let n = 0; n < 3; n++) await store.take('b', LIMIT);
    expect(await store.take('b', LIMIT)).toBeGreaterThan(0);
    await store.reset('b');
    expect([await store.has('b'), await store.take('b', LIMIT)]).toEqual([false, 0]);
  });

  it('RL-10: a million keys cost less than 64 MB, and nothing when they are past', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const before = used();
    const store = new MemoryRateLimitStore();
    for (let n = 0; n < 1_000_000; n++) await store.take(`try:${n}`, { max: 5, perSeconds: 60 });
    expect(await store.has('try:1')).toBe(false);
    expect(await store.has('try:999999')).toBe(true);
    expect(used() - before).toBeLessThan(64);
    vi.advanceTimersByTime(120_000);
    expect(await store.has('try:999999')).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    expect(used() - before).toBeLessThan(10);
  });

  it('RL-10: remembers no more keys than it may', async () => {
    const store = new MemoryRateLimitStore({ maxKeys: 2 });
    for (const key of ['a', 'a', 'a', 'b', 'c']) await store.take(key, LIMIT);
    expect(await store.take('a', LIMIT)).toBe(0);
  });
});
