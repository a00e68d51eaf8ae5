import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Argon2Cost, type Argon2Hash, writeArgon2Hash } from './argon2-hash.js';
import { argon2Library } from './argon2-library.js';
import { base64Of } from './strict-base64.js';

/** As `@node-rs/argon2` numbers them. */
const ALGORITHMS = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;
const VERSIONS = { 16: 0, 19: 1 } as const;

/** Argon2id, in the PHC string format. Runs on a worker thread: blocks for the whole work. */
export function hashPassword(password: string, cost: Argon2Cost): string {
  const salt = base64Of(randomBytes(16));
  const hash: Argon2Hash = { ...cost, variant: 'argon2id', version: 19, salt, digest: '' };
  return writeArgon2Hash({ ...hash, digest: base64Of(digestOf(password, hash, 32)) });
}

/**
 * Runs on a worker thread. A failure costs as much as each of the passwords would cost with a hash
 * of the usual cost: after a cheaper one the rest is worked off in vain.
 */
export function verifyPassword(
  passwords: readonly string[],
  hash: Argon2Hash,
  usual: Argon2Cost,
): boolean {
  return passwords.some((password) => {
    const isRight = matches(password, hash);
    if (!isRight) burn(leftOver(hash, usual));
    return isRight;
  });
}

/** Time for a KiB grows with the memory, as caches get too small for it: seen on several sizes. */
const CACHE_EXPONENT = 1.2;

/**
 * What is to be worked off after a hash, so that both together take as long as the usual one;
 * `undefined` if that is not longer. The first pass takes half as long again as the others: its
 * memory has to be found.
 */
export function leftOver(hash: Argon2Cost, usual: Argon2Cost): Argon2Cost | undefined {
  const missing = timeOf(usual) - timeOf(hash);
  const { memoryKiB: most, parallelism } = usual;
  // As few passes as possible: like the usual hash, in as much memory.
  const iterations = Math.max(1, Math.ceil((missing / most ** CACHE_EXPONENT - 1) / 2));
  const memoryKiB = Math.floor(Math.max(0, missing / (2 * iterations + 1)) ** (1 / CACHE_EXPONENT));
  return memoryKiB < 8 * parallelism ? undefined : { memoryKiB, iterations, parallelism };
}

function timeOf({ memoryKiB, iterations }: Argon2Cost): number {
  return memoryKiB ** CACHE_EXPONENT * (2 * iterations + 1);
}

function matches(password: string, hash: Argon2Hash): boolean {
  const expected = Buffer.from(hash.digest, 'base64');
  return timingSafeEqual(digestOf(password, hash, expected.length), expected);
}

function burn(cost: Argon2Cost | undefined): void {
  if (cost) hashPassword('', cost);
}

function digestOf(password: string, hash: Argon2Hash, length: number): Buffer {
  return argon2Library('Argon2').hashRawSync(password, {
    algorithm: ALGORITHMS[hash.variant],
    version: VERSIONS[hash.version],
    memoryCost: hash.memoryKiB,
    timeCost: hash.iterations,
    parallelism: hash.parallelism,
    outputLen: length,
    salt: Buffer.from(hash.salt, 'base64'),
  });
}
