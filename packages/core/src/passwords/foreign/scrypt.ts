import { scryptSync } from 'node:crypto';

/** What scrypt costs, in the words of `node:crypto`: N, r and p of RFC 7914. */
export interface ScryptCost {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** Runs on a worker thread: blocks for the whole work. */
export function derive(password: string, salt: Buffer, cost: ScryptCost, length: number): Buffer {
  return scryptSync(password, salt, length, { ...cost, maxmem: 2 * memoryOf(cost) });
}

/** Memory in bytes. */
export function memoryOf({ cost, blockSize, parallelization }: ScryptCost): number {
  return 128 * blockSize * (cost + parallelization);
}

/** Whether scrypt is defined for it: RFC 7914, 2, demands N < 2 ** (128 * r / 8), and OpenSSL minds that. */
export function isPossible({ cost, blockSize }: ScryptCost): boolean {
  return cost < 2 ** (16 * blockSize);
}

/** Work, in blocks of 128 bytes that are mixed. */
export function workOf({ cost, blockSize, parallelization }: ScryptCost): number {
  return cost * blockSize * parallelization;
}

/** Below so much work, what is missing cannot be seen. */
const SMALLEST = 256;
const BLOCK_SIZE = 8;

/**
 * What is to be worked off after a hash, so that all together takes as long as the usual one, and
 * never more memory than that. The parts halve, because scrypt's cost is a power of two.
 */
export function leftOver(hash: ScryptCost, usual: ScryptCost): ScryptCost[] {
  const parts: ScryptCost[] = [];
  let work = Math.floor((workOf(usual) - workOf(hash)) / BLOCK_SIZE);
  let cost = 2 ** Math.floor(Math.log2((usual.cost * usual.blockSize) / BLOCK_SIZE));
  for (; cost >= SMALLEST; cost /= 2) {
    const parallelization = Math.floor(work / cost);
    if (parallelization > 0) parts.push({ cost, blockSize: BLOCK_SIZE, parallelization });
    work -= Math.max(0, parallelization) * cost;
  }
  return parts;
}
