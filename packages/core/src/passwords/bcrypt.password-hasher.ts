import { costOf, isCurrent } from './bcrypt-sha256.js';
import type { BcryptTask } from './bcrypt.worker.js';
import type { HashingPoolOptions } from './hashing-pool.js';
import { ThreadedPasswordHasher } from './threaded.password-hasher.js';
import { UnreadableHashes } from './unreadable-hashes.js';

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

const WORKER = new URL('./bcrypt.worker.js', import.meta.url);

/**
 * The default hasher: bcrypt by `bcryptjs`, pre-hashed so that every byte of the password counts, on
 * worker threads of its own. It reads plain `$2a$`, `$2b$` and `$2y$` hashes too.
 *
 * @publicApi
 */
export class BcryptPasswordHasher extends ThreadedPasswordHasher {
  readonly #rounds: number;
  readonly #unreadable = new UnreadableHashes('BcryptPasswordHasher');

  constructor(options: BcryptPasswordHasherOptions = {}) {
    super(options);
    this.#rounds = checkRounds(options.rounds ?? 12, options.allowInsecureRounds ?? false);
  }

  hash(password: string): Promise<string> {
    return this.run(WORKER, { password, rounds: this.#rounds } satisfies BcryptTask);
  }

  verify(password: string, storedHash: string | null, typed = password): Promise<boolean> {
    const rounds = this.#rounds;
    const isReadable = storedHash !== null && costOf(storedHash) !== undefined;
    if (storedHash !== null && !isReadable) this.#unreadable.tell(storedHash);
    // A megabyte of junk in a row is not worth a copy to the worker.
    const parameters = { storedHash: isReadable ? storedHash : '', rounds };
    const task: BcryptTask = { normalized: password, typed, parameters };
    return this.runVerification(WORKER, task);
  }

  needsRehash(storedHash: string): boolean {
    return !isCurrent(storedHash, this.#rounds);
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
