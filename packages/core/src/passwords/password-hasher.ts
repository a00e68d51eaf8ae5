/**
 * Turns passwords into hashes and checks them: a port, and its own injection token.
 *
 * An implementation must not block the event loop's thread, and must bound its queue: beyond it,
 * {@link ServiceUnavailableError}. {@link ThreadedPasswordHasher} does both.
 *
 * @publicApi
 */
export abstract class PasswordHasher {
  /**
   * A self-describing hash (algorithm, cost, salt of at least 16 random bytes) of a password of any
   * length, of which every byte counts. At most 255 characters.
   *
   * @param password - in Unicode NFKC
   */
  abstract hash(password: string): Promise<string>;

  /**
   * Whether the password belongs to the hash.
   *
   * It costs the same whatever `storedHash` is: `null` (no such user, or no password), text that is
   * no hash, or a hash of lower cost than configured. Otherwise the time of an answer would tell
   * who has an account. Never throws for a broken hash: it is a wrong password.
   *
   * @param password - in Unicode NFKC, as it was when {@link hash} got it
   * @param typed - as it was typed, for hashes of systems that do not normalise. Default: `password`
   */
  abstract verify(password: string, storedHash: string | null, typed?: string): Promise<boolean>;

  /** Whether the hash was made with other parameters than the configured ones, or is of another kind. */
  abstract needsRehash(storedHash: string): boolean;
}
