import { describe, expect, it } from 'vitest';
import { leftOver, scaled } from './argon2-left-over.js';

const usual = { memoryKiB: 19_456, iterations: 2, parallelism: 1 };
const work = ({ memoryKiB, iterations }: typeof usual): number =>
  memoryKiB ** 1.2 * (2 * iterations + 1);

describe('What is left over after a cheaper hash of Argon2', () => {
  it.each([
    { memoryKiB: 7168, iterations: 5, parallelism: 1 },
    { memoryKiB: 4096, iterations: 3, parallelism: 1 },
    { memoryKiB: 64, iterations: 1, parallelism: 1 },
    { memoryKiB: 19_456, iterations: 1, parallelism: 1 },
  ])('EN-02: makes up for it, with no more memory: %j', (hash) => {
    const rest = leftOver(hash, usual) ?? { ...usual, memoryKiB: 0 };
    expect((work(hash) + work(rest)) / work(usual)).toBeCloseTo(1, 2);
    expect(rest.memoryKiB).toBeLessThanOrEqual(usual.memoryKiB);
  });

  it('is nothing after one that costs as much, or more', () => {
    expect(leftOver(usual, usual)).toBeUndefined();
    expect(leftOver({ ...usual, iterations: 3 }, usual)).toBeUndefined();
  });
});

describe('A cost of Argon2, scaled', () => {
  const cost = { memoryKiB: 16_000, iterations: 2, parallelism: 1 };

  it.each([0.1, 0.9, 1, 1.1, 1.4])('PW-20: is %d times as much, in no more memory', (factor) => {
    const more = scaled(cost, factor, usual) ?? { ...usual, memoryKiB: 0 };
    expect(work(more) / work(cost)).toBeCloseTo(factor, 2);
    expect(more.memoryKiB).toBeLessThanOrEqual(usual.memoryKiB);
  });

  it('takes as few passes as it can, like the usual hash', () => {
    expect(scaled(cost, 1.1, usual)?.iterations).toBe(2);
    expect(scaled(cost, 1.4, usual)?.iterations).toBe(3);
  });

  it.each([0, -0.5])('is nothing where nothing is missing: %d', (factor) => {
    expect(scaled(cost, factor, usual)).toBeUndefined();
  });
});
