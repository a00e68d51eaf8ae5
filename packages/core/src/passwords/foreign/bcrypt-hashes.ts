import { costOf } from '../bcrypt-sha256.js';
import type { BcryptParameters } from '../bcrypt.worker.js';
import { costOption } from './cost-option.js';
import type { HashFormat } from './hash-format.js';

/** Options of {@link bcryptHashes}. @publicApi */
export interface BcryptHashesOptions {
  /** The highest cost in the table; above it, a hash is not read. Default 12, at most 16. */
  rounds?: number;
}

/**
 * Hashes of bcrypt: plain ones (`$2a$`, `$2b$`, `$2y$`) of most systems, and those of
 * `BcryptPasswordHasher` (`$bcrypt-sha256$`), after a change to another hasher.
 *
 * @publicApi
 */
export function bcryptHashes({ rounds = 12 }: BcryptHashesOptions = {}): HashFormat {
  costOption('bcryptHashes: rounds', rounds, 4, 16);
  return {
    worker: new URL('../bcrypt.worker.js', import.meta.url),
    decoy: { storedHash: '', rounds } satisfies BcryptParameters,
    read(storedHash): BcryptParameters | undefined {
      const cost = costOf(storedHash);
      return cost !== undefined && cost <= rounds ? { storedHash, rounds } : undefined;
    },
  };
}
