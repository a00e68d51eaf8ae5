import { argon2Decoy, isWithin, readArgon2Hash } from '../argon2-hash.js';
import { argon2Library } from '../argon2-library.js';
import { topUpOf } from '../argon2-top-up.js';
import type { Argon2Parameters } from '../argon2.worker.js';
import { costOption } from './cost-option.js';
import type { HashFormat } from './hash-format.js';

/** Options of {@link argon2Hashes}: the highest in the table; what demands more is not read. @publicApi */
export interface Argon2HashesOptions {
  /** Default 65536 (64 MiB). */
  memoryKiB?: number;
  /** Default 3. */
  iterations?: number;
  /**
   * That of the table, for decoys have it too: lanes are computed side by side. A hash with other
   * lanes can be told by its time. Default 4.
   */
  parallelism?: number;
}

/**
 * Hashes of Argon2 (`$argon2id$`, `$argon2i$`, `$argon2d$`) in the PHC string format, and in
 * Django's, which puts `argon2` before it. The defaults are those of RFC 9106, of argon2-cffi and
 * of passlib; Django: `{ memoryKiB: 102400, iterations: 2, parallelism: 8 }`.
 *
 * It needs `npm install @node-rs/argon2`. An `Argon2PasswordHasher` reads the PHC string format by
 * itself; with this beside it, nobody can tell by time whose hash is from elsewhere.
 *
 * @throws TypeError where `@node-rs/argon2` is not installed
 * @publicApi
 */
export function argon2Hashes(options: Argon2HashesOptions = {}): HashFormat {
  const { memoryKiB = 65_536, iterations = 3, parallelism = 4 } = options;
  costOption('argon2Hashes: parallelism', parallelism, 1, 99);
  costOption('argon2Hashes: memoryKiB', memoryKiB, 8 * parallelism, 4_194_304);
  costOption('argon2Hashes: iterations', iterations, 1, 1000);
  argon2Library('argon2Hashes()');
  const usual = { memoryKiB, iterations, parallelism };
  return {
    worker: new URL('../argon2.worker.js', import.meta.url),
    decoy: { hash: argon2Decoy(usual) } satisfies Argon2Parameters,
    read(storedHash): Argon2Parameters | undefined {
      const hash = readArgon2Hash(storedHash.replace(/^argon2(?=\$)/, ''));
      return hash && isWithin(hash, usual) ? { hash, topUp: topUpOf(hash, usual) } : undefined;
    },
  };
}
