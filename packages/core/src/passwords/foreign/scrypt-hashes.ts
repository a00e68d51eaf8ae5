import { randomBytes } from 'node:crypto';
import { base64Of, bytesOf } from '../strict-base64.js';
import { costOption } from './cost-option.js';
import type { HashFormat } from './hash-format.js';
import { isPossible, memoryOf, type ScryptCost, workOf } from './scrypt.js';
import type { ScryptParameters } from './scrypt.worker.js';

/** Options of {@link scryptHashes}: the highest in the table; what demands more is not read. @publicApi */
export interface ScryptHashesOptions {
  /** `ln`: the binary logarithm of scrypt's N. Default 16, at most 20; with `blockSize: 1`, at most 15. */
  logCost?: number;
  /** `r`. Default 8, at most 32. */
  blockSize?: number;
  /** `p`. Default 1, at most 16. */
  parallelization?: number;
}

/**
 * `$scrypt$ln=16,r=8,p=1$<salt>$<digest>`, in Base64 without padding. Digests have 32 or 64 bytes: the
 * first part of one is what a shorter one would be, so that a cut one must not be taken for whole.
 */
const PHC =
  /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{86})$/;

/**
 * Hashes of scrypt in the PHC string format, as passlib and others write it. The defaults are
 * passlib's.
 *
 * @publicApi
 */
export function scryptHashes(options: ScryptHashesOptions = {}): HashFormat {
  const { logCost = 16, blockSize = 8, parallelization = 1 } = options;
  costOption('scryptHashes: blockSize', blockSize, 1, 32);
  costOption('scryptHashes: logCost', logCost, 1, blockSize === 1 ? 15 : 20);
  costOption('scryptHashes: parallelization', parallelization, 1, 16);
  const usual: ScryptCost = { cost: 2 ** logCost, blockSize, parallelization };
  const [salt, digest] = [base64Of(randomBytes(16)), base64Of(randomBytes(32))];
  return {
    worker: new URL('./scrypt.worker.js', import.meta.url),
    decoy: { form: 'typed', hash: usual, usual, salt, digest } satisfies ScryptParameters,
    read: (storedHash) => read(storedHash, usual),
  };
}

function read(storedHash: string, usual: ScryptCost): ScryptParameters | undefined {
  const [, logCost, blockSize, parallelization, salt, digest] = PHC.exec(storedHash) ?? [];
  if (!salt || !digest || !bytesOf(salt) || !bytesOf(digest)) return undefined;
  const hash: ScryptCost = {
    cost: 2 ** Number(logCost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
  };
  const isAffordable = memoryOf(hash) <= memoryOf(usual) && workOf(hash) <= workOf(usual);
  return isAffordable && isPossible(hash)
    ? { form: 'typed', hash, usual, salt, digest }
    : undefined;
}
