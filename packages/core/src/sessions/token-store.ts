/**
 * A session as it is stored. The credential itself is in no store: only its digest.
 *
 * @publicApi
 */
export interface StoredToken {
  /** Names the session to people and in paths; opens no door. 32 lower-case hexadecimal digits. */
  readonly id: string;
  /** SHA-256 of what the client holds: 64 lower-case hexadecimal digits, unique. */
  readonly digest: string;
  /** The user's id, as text. */
  readonly subject: string;
  /** Digest of what must not have changed since, at most 64 characters. The store does not judge it. */
  readonly fingerprint: string;
  /** Name of the backend, at most 32 characters. */
  readonly backend: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** The end, unless it is used before; never later than {@link endsAt}. */
  readonly expiresAt: Date;
  /** The end, however much it is used. */
  readonly endsAt: Date;
  /** Which of its refresh tokens is the good one; 0 at first, and without such tokens. */
  readonly generation: number;
  /** When that one was made in place of another; `null` at first. */
  readonly rotatedAt: Date | null;
  /** Where the login came from, at most 64 characters. */
  readonly address: string | null;
  /** What the client called itself, at most 255 characters. */
  readonly userAgent: string | null;
}

/** A session, and its user where the store has read both in one step. @publicApi */
export interface FoundSession {
  readonly session: StoredToken;
  /**
   * The user's row as the adapter gives it, a new object; `null` where there is no such user. Absent where
   * the store does not know of users: the adapter is asked then.
   */
  readonly user?: object | null;
}

/** A use that is to be written down; a refresh is one, too. @publicApi */
export interface TokenUse {
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  /** The next generation of refresh tokens; left as it is if absent. */
  readonly generation?: number;
  readonly rotatedAt?: Date;
}

/**
 * Stores sessions: the port to the database or to Redis, and its own injection token.
 *
 * Rules for implementations (`describeTokenStore` of `@nestjs-users/testing` checks them):
 * - look-ups compare exactly, whatever the collation of the database;
 * - what has expired at `now` is not found and not listed, whether or not it was deleted already;
 * - what was deleted stays so, also if it was used at the same moment;
 * - something stored that cannot be read is as good as not there;
 * - an object that is returned belongs to the caller: a new one at each call;
 * - dates are kept to the millisecond;
 * - an error of the driver leaves as {@link ServiceUnavailableError}, without parameters.
 *
 * @publicApi
 */
export abstract class TokenStore {
  /** Adds a session. */
  abstract insert(token: StoredToken): Promise<void>;

  /** The session with this digest, in one look-up; `null` if there is none that is alive at `now`. */
  abstract find(digest: string, now: Date): Promise<StoredToken | null>;

  /**
   * The same, for a request that wants to know the user: a store that has the users at hand brings the row
   * along, and saves a look-up. Default: the session alone, by {@link find}.
   */
  async findWithUser(digest: string, now: Date): Promise<FoundSession | null> {
    const session = await this.find(digest, now);
    return session && { session };
  }

  /**
   * Writes a use down, if the session is still there and has the `lastUsedAt` and the `generation` of
   * `token`: of several who have read the same, one writes.
   *
   * @returns whether it was written
   */
  abstract touch(token: StoredToken, use: TokenUse): Promise<boolean>;

  /** All sessions of a user that are alive at `now`, in whatever order. */
  abstract list(subject: string, now: Date): Promise<StoredToken[]>;

  /**
   * Deletes sessions of a user by their ids. Of several callers at once, each session counts for one.
   *
   * @returns how many were there
   */
  abstract delete(subject: string, ids: readonly string[]): Promise<number>;

  /**
   * Deletes what has expired at `now`, at most `limit` of it. A store that forgets by itself has
   * nothing to do.
   *
   * @returns how many were deleted; less than `limit`: there are no more
   */
  abstract deleteExpired(now: Date, limit: number): Promise<number>;
}
