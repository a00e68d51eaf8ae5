import { PasswordHasher } from '@nestjs-users/core';

/**
 * Counts what another hasher is asked, and can hold it up: for tests of what must cost the same, must
 * cost nothing, or happens while a hash is computed.
 *
 * @example Nobody learns from the time of an answer who has an account.
 * const hasher = new CountingPasswordHasher(new FastPasswordHasher());
 * await login('nobody@example.org', 'wrong');
 * expect(hasher.verifications).toBe(1);
 *
 * @example Somebody is locked out while their password is checked.
 * hasher.pause();
 * const answer = login('anna@example.org', password);
 * await hasher.held();
 * await users.update(anna, { isActive: false });
 * hasher.resume();
 * expect((await answer).status).toBe(400);
 * @publicApi
 */
export class CountingPasswordHasher extends PasswordHasher {
  /** Calls of `hash` so far. */
  hashes = 0;
  /** Calls of `verify` so far. */
  verifications = 0;
  /** Lets one held call go on, each. */
  #held: (() => void)[] = [];
  #isPaused = false;
  /** Those who wait for calls to be held. */
  #watchers: { readonly calls: number; readonly tell: () => void }[] = [];

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

  /** Calls from now on are held until {@link resume}. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Lets the held calls go on, and those to come. */
  resume(): void {
    this.#isPaused = false;
    for (const goOn of this.#held.splice(0)) goOn();
  }

  /** Resolves when at least so many calls are held. Default 1. */
  async held(calls = 1): Promise<void> {
    if (this.#held.length >= calls) return;
    await new Promise<void>((tell) => this.#watchers.push({ calls, tell }));
  }

  async hash(password: string): Promise<string> {
    this.hashes++;
    await this.#pass();
    return this.hasher.hash(password);
  }

  async verify(password: string, storedHash: string | null, typed?: string): Promise<boolean> {
    this.verifications++;
    await this.#pass();
    return this.hasher.verify(password, storedHash, typed);
  }

  needsRehash(storedHash: string): boolean {
    return this.hasher.needsRehash(storedHash);
  }

  async #pass(): Promise<void> {
    if (!this.#isPaused) return;
    await new Promise<void>((goOn) => {
      this.#held.push(goOn);
      const isTold = ({ calls }: { calls: number }): boolean => this.#held.length >= calls;
      for (const { tell } of this.#watchers.filter(isTold)) tell();
      this.#watchers = this.#watchers.filter((watcher) => !isTold(watcher));
    });
  }
}
