import type { OnApplicationShutdown } from '@nestjs/common';
import type { HashingPoolOptions } from '../hashing-pool.js';
import type { PasswordHasher } from '../password-hasher.js';
import { ThreadedPasswordHasher } from '../threaded.password-hasher.js';
import type { HashFormat } from './hash-format.js';

/** Longer than any hash that fits into the column: nothing a format has to look at. */
const LONGEST_HASH = 1024;

/**
 * Reads the hashes of other systems beside those of a hasher of this library. Whoever logs in with
 * the right password gets a hash of `main`; that is no change of the password.
 *
 * A wrong password costs the same for everybody: `main` and each format are worked off once, in the
 * same order, with the stored hash where it belongs and with a decoy elsewhere. So each format makes
 * failed logins slower; take it out when its last hash is gone.
 *
 * @example
 * UsersModule.forRoot({
 *   …,
 *   passwordHasher: new MigratingPasswordHasher(new Argon2PasswordHasher(), [
 *     bcryptHashes(),
 *     djangoHashes({ iterations: 600_000 }),
 *   ]),
 * })
 * @publicApi
 */
export class MigratingPasswordHasher extends ThreadedPasswordHasher {
  /**
   * @param main - makes all new hashes
   * @param formats - what may be in the table beside its hashes
   * @param options - bounds of the threads, where `main` has none that can be shared
   */
  constructor(
    private readonly main: PasswordHasher & Partial<OnApplicationShutdown>,
    private readonly formats: readonly HashFormat[],
    options: HashingPoolOptions = {},
  ) {
    super(main instanceof ThreadedPasswordHasher ? main : options);
  }

  hash(password: string): Promise<string> {
    return this.main.hash(password);
  }

  async verify(password: string, storedHash: string | null, typed = password): Promise<boolean> {
    const found = storedHash === null ? undefined : this.#find(storedHash);
    if (await this.main.verify(password, found ? null : storedHash, typed)) return true;
    for (const format of this.formats) {
      const isTheOne = format === found?.format;
      const parameters = isTheOne ? found?.parameters : format.decoy;
      const task = { normalized: password, typed, parameters };
      const isRight = await this.runVerification(format.worker, task);
      if (isTheOne && isRight) return true;
    }
    return false;
  }

  needsRehash(storedHash: string): boolean {
    return this.main.needsRehash(storedHash);
  }

  override async onApplicationShutdown(): Promise<void> {
    await super.onApplicationShutdown();
    await this.main.onApplicationShutdown?.();
  }

  /** The format that reads a hash. What `main` would make today is its own, whoever else could read it. */
  #find(storedHash: string): { format: HashFormat; parameters: unknown } | undefined {
    if (storedHash.length > LONGEST_HASH || !this.main.needsRehash(storedHash)) return undefined;
    for (const format of this.formats) {
      const parameters = format.read(storedHash);
      if (parameters !== undefined) return { format, parameters };
    }
    return undefined;
  }
}
