import type { BaseUser, OwnFields } from './user.js';

/** A complete new row, except for what the store gives itself (the id). @publicApi */
export type NewUser<U extends BaseUser> = Omit<BaseUser, 'id'> &
  Required<Pick<BaseUser, 'hashedPassword' | 'securityStamp'>> &
  OwnFields<U>;

/** The columns that an update writes; a column that is absent or `undefined` is left alone. @publicApi */
export type UserChanges<U extends BaseUser> = Partial<Omit<BaseUser, 'id' | 'createdAt'>> &
  OwnFields<U>;

/** Columns that may stand in a compare-and-set condition. @publicApi */
export type UserExpectation = Partial<
  Pick<
    BaseUser,
    | 'securityStamp'
    | 'hashedPassword'
    | 'canonicalEmail'
    | 'pendingEmail'
    | 'isActive'
    | 'isVerified'
  >
>;

/** Conditions of a write. @publicApi */
export interface UserWriteOptions {
  /**
   * Compare-and-set: the write happens only where the row still has these values, judged by the
   * store in the same atomic step.
   */
  expected?: UserExpectation;
  /**
   * Refuse with {@link LastSuperuserError} when after this write no active superuser would be
   * left. Must hold under concurrency: two writes that each leave "the other one" must not both
   * succeed.
   */
  keepSuperuser?: boolean;
}

/** One page of users, in the order of their ids. @publicApi */
export interface UserListQuery<U extends BaseUser = BaseUser> {
  /** Rows after this id (exclusive); from the beginning if absent. */
  after?: U['id'];
  /** At most so many rows. */
  limit: number;
  /** Only rows that have these values. */
  where?: Partial<Pick<BaseUser, 'canonicalEmail' | 'isActive' | 'isSuperuser' | 'isVerified'>>;
  /**
   * Only rows whose canonical address contains this text, in whatever place, compared exactly: no
   * character of it is a wildcard.
   */
  search?: string;
}

/** A transaction of the store while it runs. @publicApi */
export interface AdapterTransaction<U extends BaseUser = BaseUser> {
  /** Takes part in the transaction: what it writes is there for all others at the commit, or never. */
  readonly adapter: UserAdapter<U>;
  /** The store's own handle, for rows of the application; the adapter's package says what it is. */
  readonly handle: unknown;
}

/** What is known of the work of one request. @publicApi */
export interface BoundedWork {
  /** How long the store has kept the request waiting before, in milliseconds. Default 0. */
  readonly waitedMs?: number;
  /**
   * It writes nothing: what is still under way when the time is over may end unheard. Default `false`.
   */
  readonly onlyReads?: boolean;
}

/**
 * Stores users: the port to the database, and its own injection token.
 *
 * Rules for implementations (the contract suite of `@nestjs-users/testing` checks them):
 * - an object that is returned belongs to the caller: a new one at each call;
 * - `undefined` or `null` as an id or address, and text that can be neither, finds nobody and changes
 *   nothing: never the first row, never an error;
 * - a condition that is `undefined` holds for no row;
 * - a failed expectation answers `null` or `false`, before the last superuser is considered;
 * - `id` and `createdAt` never change, and the id of a deleted user is not given to another where the
 *   database can help it;
 * - look-ups compare exactly, whatever the collation of the database;
 * - uniqueness of `canonicalEmail` and every condition are settled by the store, in one atomic step;
 * - a driver's error never leaves as it is (it carries the statement's parameters): it becomes
 *   {@link UserAlreadyExistsError}, {@link InvalidUserDataError} or {@link ServiceUnavailableError}.
 *
 * @publicApi
 */
export abstract class UserAdapter<U extends BaseUser = BaseUser> {
  /**
   * Reads an id out of untrusted text (a path, a token). Only the canonical spelling counts, so
   * that no two texts name one user: `01`, `+1` and an upper-case UUID give `undefined`.
   */
  abstract parseId(text: unknown): U['id'] | undefined;

  /** The user with this id, in one indexed look-up; `null` if there is none. */
  abstract findById(id: U['id']): Promise<U | null>;

  /** The user with this canonical address, in one indexed look-up; `null` if there is none. */
  abstract findByCanonicalEmail(canonicalEmail: string): Promise<U | null>;

  /** One page of users, ascending by id. */
  abstract list(query: UserListQuery<U>): Promise<U[]>;

  /**
   * Inserts a user. Properties that the store has no column for are left out.
   *
   * @throws UserAlreadyExistsError the canonical address is taken
   * @throws InvalidUserDataError the store refuses a value (too long, out of range, another unique column)
   */
  abstract create(user: NewUser<U>): Promise<U>;

  /**
   * Writes only the columns given, and `updatedAt`; answers the row as it is after the write, or
   * `null` when no row has this id or an expectation does not hold.
   *
   * @throws UserAlreadyExistsError the new canonical address is taken
   * @throws InvalidUserDataError the store refuses a value
   * @throws LastSuperuserError see {@link UserWriteOptions.keepSuperuser}
   */
  abstract update(
    id: U['id'],
    changes: UserChanges<U>,
    options?: UserWriteOptions,
  ): Promise<U | null>;

  /**
   * Deletes the row; `false` when there was none (or an expectation does not hold).
   *
   * @throws LastSuperuserError see {@link UserWriteOptions.keepSuperuser}
   */
  abstract delete(id: U['id'], options?: UserWriteOptions): Promise<boolean>;

  /**
   * Runs work in one transaction: all of it happens, or nothing. Where another transaction was in the
   * way and the store rolled back, the work may run again from its beginning. Calls of this very
   * adapter that the work makes take part as well (`AsyncLocalStorage` tells them), and so does a
   * transaction that begins inside. A refusal of one call leaves the rest of the transaction usable.
   * Absent in stores that have no transactions: `@During…()` listeners then keep the application
   * from booting.
   *
   * @throws whatever the work throws, after everything was rolled back
   */
  transaction?<T>(work: (transaction: AdapterTransaction<U>) => Promise<T>): Promise<T>;

  /**
   * Runs the work of one request, and lets the store keep it waiting for so long and no longer, by
   * however many calls. It does not begin to write without time enough, and finishes what is begun:
   * nobody has to guess whether something was written. The library's routes run in it; code of your own
   * may. Absent in stores that have no such bound.
   *
   * @throws ServiceUnavailableError instead of waiting longer; and whatever the work throws
   */
  bounded?<T>(work: () => Promise<T>, options?: BoundedWork): Promise<T>;
}
