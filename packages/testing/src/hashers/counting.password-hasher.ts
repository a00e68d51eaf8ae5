import { PasswordHasher } from '@nestjs-users/core';

/**
 * Counts what another hasher is asked, and can hold it up: for tests of what must cost the same, must
 * cost nothing, or happens while a hash is computed.
 *
 * @example
 * const hasher = new CountingPasswordHasher(new FastPasswordHasher());
 * await login('nobody@example.org', 'wrong');
 * expect(hasher.verifications).toBe(1);
 * @publicApi
 */
export class CountingPasswordHasher extends PasswordHasher {
  /** Calls of `hash` so far. */
  hashes = 0;
  /** Calls of `verify` so far. */
  verifications = 0;
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  constructor(private readonly hasher: PasswordHasher) {
    super();
  }

  /** All calls so far. */
  get calls(): number {
    return this.hashes + this.verifications;
  }

  /** Begins to count anew. */
  reset(): void {
    this.hashes = 0;
    this.verifications = 0;
  }

  /** Calls from now on wait for {@link resume}. */
  pause(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Lets the calls go on. */
  resume(): void {
    this.#open();
  }

  async hash(password: string): Promise<string> {
    this.hashes++;
    await this.#gate;
    return this.hasher.hash(password);
  }

  async verify(password: string, storedHash: string | null): Promise<boolean> {
    this.verifications++;
    await this.#gate;
    return this.hasher.verify(password, storedHash);
  }

  needsRehash(storedHash: string): boolean {
    return this.hasher.needsRehash(storedHash);
  }
}
