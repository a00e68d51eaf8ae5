import { expect, it } from 'vitest';
import { leftOver, memoryOf, workOf } from './scrypt.js';

const usual = { cost: 65_536, blockSize: 8, parallelization: 1 };

it.each([
  { cost: 1024, blockSize: 4, parallelization: 3 },
  { cost: 32_768, blockSize: 8, parallelization: 1 },
  { cost: 16_384, blockSize: 8, parallelization: 3 },
  { cost: 2, blockSize: 1, parallelization: 1 },
])('EN-02: what is left over after a cheaper scrypt makes up for it: %j', (hash) => {
  const rest = leftOver(hash, usual);
  const total = [hash, ...rest].reduce((sum, part) => sum + workOf(part), 0);
  expect(total / workOf(usual)).toBeCloseTo(1, 2);
  for (const part of rest) expect(memoryOf(part)).toBeLessThanOrEqual(memoryOf(usual));
});

it('is no more memory where the usual one has several lanes', () => {
  const lanes = { cost: 8192, blockSize: 8, parallelization: 8 };
  const rest = leftOver({ cost: 1024, blockSize: 8, parallelization: 1 }, lanes);
  for (const part of rest) expect(memoryOf(part)).toBeLessThanOrEqual(memoryOf(lanes));
  expect(rest.reduce((sum, part) => sum + workOf(part), 0)).toBe(workOf(lanes) - 8192);
});

it('is nothing after one that costs as much, or more', () => {
  expect(leftOver(usual, usual)).toEqual([]);
  expect(leftOver({ ...usual, parallelization: 2 }, usual)).toEqual([]);
});
