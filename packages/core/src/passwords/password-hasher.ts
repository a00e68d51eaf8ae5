/**
 * Turns passwords into hashes and checks them: a port, and its own injection token.
 *
 * An implementation must not block the event loop's thread, and must bound its queue: beyond it,
 * {@link ServiceUnavailableError}.
 *
 * @publicApi
 */
export abstract class PasswordHasher {
  /**
   * A self-describing hash (algorithm, cost, salt of at least 16 random bytes) of a password of any
   * length, of which every byte counts. At most 255 characters.
   */
  abstract hash(password: string): Promise<string>;

  /**
   * Whether the password belongs to the hash.
   *
   * It costs the same whatever `storedHash` is: `null` (no such user, or no password), text that is
   * no hash, or a hash of lower cost than configured. Otherwise the time of an answer would tell
   * who has an account. Never throws for a broken hash: it is a wrong password.
   */
  abstract verify(password: string, storedHash: string | null): Promise<boolean>;

  /** Whether the hash was made with other parameters than the configured ones. */
  abstract needsRehash(storedHash: string): boolean;
}
