import type { Argon2Cost } from './argon2-hash.js';

/** Time for a KiB grows with the memory, as caches get too small for it; how fast, the machine decides. */
const CACHE_EXPONENT = 1.2;

/**
 * What is to be worked off after a hash, so that both together take as long as the usual one;
 * `undefined` if that is not longer. The first pass takes half as long again as the others: its
 * memory has to be found. An estimate: each machine has its own caches.
 */
export function leftOver(hash: Argon2Cost, usual: Argon2Cost): Argon2Cost | undefined {
  const missing = timeOf(usual) - timeOf(hash);
  // As few passes as possible: like the usual hash, in as much memory.
  const iterations = Math.ceil((missing / usual.memoryKiB ** CACHE_EXPONENT - 1) / 2);
  return costOf(missing, Math.max(1, iterations), usual);
}

/** More of a cost, or less, by a factor; never in more memory than the usual one takes. */
export function scaled(
  cost: Argon2Cost,
  factor: number,
  usual: Argon2Cost,
): Argon2Cost | undefined {
  const time = timeOf(cost) * factor;
  const isTooMuch = time > timeOf({ ...cost, memoryKiB: usual.memoryKiB });
  return costOf(time, cost.iterations + (isTooMuch ? 1 : 0), usual);
}

function timeOf({ memoryKiB, iterations }: Argon2Cost): number {
  return memoryKiB ** CACHE_EXPONENT * (2 * iterations + 1);
}

function costOf(
  time: number,
  iterations: number,
  { memoryKiB: most, parallelism }: Argon2Cost,
): Argon2Cost | undefined {
  const memory = Math.floor(Math.max(0, time / (2 * iterations + 1)) ** (1 / CACHE_EXPONENT));
  const memoryKiB = Math.min(memory, most);
  return memoryKiB < 8 * parallelism ? undefined : { memoryKiB, iterations, parallelism };
}
