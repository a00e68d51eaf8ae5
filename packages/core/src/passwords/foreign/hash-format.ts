/**
 * A kind of stored hash that another system has made, for {@link MigratingPasswordHasher}: what
 * `djangoHashes()` and the like answer, and what an application writes for a format of its own.
 *
 * The thread is given a {@link VerificationTask} and answers whether the password is right. That has
 * to take as long for {@link decoy} as for every hash that {@link read} accepts.
 *
 * @example
 * export function legacyHashes(): HashFormat<LegacyHash> {
 *   return {
 *     worker: new URL('./legacy-hashes.worker.js', import.meta.url),
 *     decoy: { salt: 'none', digest: 'f'.repeat(64) },
 *     read(storedHash) {
 *       const [, salt, digest] = /^legacy\$(\w{8})\$([0-9a-f]{64})$/.exec(storedHash) ?? [];
 *       return salt && digest ? { salt, digest } : undefined;
 *     },
 *   };
 * }
 * @publicApi
 */
export interface HashFormat<Parameters = unknown> {
  /**
   * The module whose default export a thread calls. It must not throw. In CommonJS:
   * `pathToFileURL(require.resolve('./legacy-hashes.worker'))`.
   */
  readonly worker: URL;

  /** Parameters to which no password belongs, worked off where there is no hash of this format. */
  readonly decoy: Parameters;

  /**
   * What the thread needs to know of a hash. `undefined` if it is of another format, is damaged, or
   * demands more than is permitted. Strict, and never throws: a row may hold anything.
   */
  read(storedHash: string): Parameters | undefined;
}
