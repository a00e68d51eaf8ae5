import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { costOf, isCurrent } from './bcrypt-sha256.js';
import type { BcryptTask } from './bcrypt.worker.js';
import { HashingPool, type HashingPoolOptions } from './hashing-pool.js';
import { PasswordHasher } from './password-hasher.js';

/** Options of {@link BcryptPasswordHasher}. @publicApi */
export interface BcryptPasswordHasherOptions extends HashingPoolOptions {
  /** Cost: the work is `2 ** rounds`. Default 12; at least 10 (OWASP), at most 16. */
  rounds?: number;
  /**
   * Permits fewer than 10 rounds (at least 4). For tests only: such hashes are cheap to guess.
   * Default `false`.
   */
  allowInsecureRounds?: boolean;
}

/**
 * A hash of lower cost is topped up to the configured one, in pieces that cost some 0.1 ms more than
 * one whole: a random delay hides that from the clock of a stranger.
 */
const JITTER_MS = 8;

/**
 * The default hasher: bcrypt by `bcryptjs`, pre-hashed so that every byte of the password counts, on
 * worker threads of its own.
 *
 * @publicApi
 */
export class BcryptPasswordHasher extends PasswordHasher implements OnApplicationShutdown {
  readonly #rounds: number;
  readonly #pool: HashingPool<BcryptTask>;

  constructor(options: BcryptPasswordHasherOptions = {}) {
    super();
    this.#rounds = checkRounds(options.rounds ?? 12, options.allowInsecureRounds ?? false);
    this.#pool = new HashingPool(new URL('./bcrypt.worker.js', import.meta.url), options);
  }

  hash(password: string): Promise<string> {
    return this.#pool.run({ kind: 'hash', password, rounds: this.#rounds });
  }

  async verify(password: string, storedHash: string | null): Promise<boolean> {
    // A megabyte of junk in a row is not worth a copy to the worker.
    const readable = storedHash !== null && costOf(storedHash) !== undefined ? storedHash : '';
    const task = { kind: 'verify', password, storedHash: readable, rounds: this.#rounds } as const;
    const isRight = await this.#pool.run<boolean>(task);
    if (!isRight) await sleep(Math.random() * JITTER_MS);
    return isRight;
  }

  needsRehash(storedHash: string): boolean {
    return !isCurrent(storedHash, this.#rounds);
  }

  /** Ends the worker threads; a later call would start new ones. */
  onApplicationShutdown(): Promise<void> {
    return this.#pool.close();
  }
}

function checkRounds(rounds: number, allowInsecure: boolean): number {
  const least = allowInsecure ? 4 : 10;
  if (!Number.isInteger(rounds) || rounds < least || rounds > 16) {
    throw new TypeError(
      `BcryptPasswordHasher: rounds must be a whole number from ${least} to 16, not ${rounds}. ` +
        'Tests may go down to 4 with allowInsecureRounds: true.',
    );
  }
  return rounds;
}
