import {
  type AdapterTransaction,
  type BaseUser,
  LastSuperuserError,
  type NewUser,
  TransactionUserAdapter,
  UserAdapter,
  UserAlreadyExistsError,
  type UserChanges,
  type UserListQuery,
  type UserWriteOptions,
} from '@nestjs-users/core';
import { copyRow } from './copy-row.js';
import { isActiveSuperuser } from './is-active-superuser.js';
import { type IdKind, integerIds, type MemoryUserIds, uuidIds } from './memory-ids.js';
import { MemoryRows, type Rows } from './memory-rows.js';
import { MemoryTransaction } from './memory-transaction.js';

/** Options of {@link MemoryUserAdapter}. @publicApi */
export interface MemoryUserAdapterOptions {
  /**
   * The kind of primary keys: random UUIDs (strings), or integers counted up from 1. Take the kind
   * that the application's database has. Default `'uuid'`.
   */
  ids?: MemoryUserIds;
}

/**
 * Keeps users in the memory of the process, for tests and first trials: everything is lost when the
 * process ends. It keeps all the rules of {@link UserAdapter} (it runs the same contract suite as the
 * databases do), so what passes with it passes with them.
 *
 * Rows are plain objects with all the properties given at {@link create}, for memory has no columns
 * that could be missing. Pages are in the order of UUIDs by their characters, or of integers by
 * their value.
 *
 * @example As a class: every module, so every test, has an empty one of its own.
 * UsersModule.forRoot({ adapter: MemoryUserAdapter, … })
 *
 * @example As an object, to look at rows or to share them.
 * const adapter = new MemoryUserAdapter<User>({ ids: 'integer' });
 * UsersModule.forRoot({ adapter, … })
 * @publicApi
 */
// Without @Injectable() on purpose: Nest then calls the constructor without arguments.
export class MemoryUserAdapter<U extends BaseUser = BaseUser> extends UserAdapter<U> {
  readonly #ids: IdKind;
  readonly #stored = new MemoryRows<U>();

  constructor({ ids = 'uuid' }: MemoryUserAdapterOptions = {}) {
    super();
    this.#ids = ids === 'integer' ? integerIds() : uuidIds();
  }

  /** Removes all users. Integer ids go on counting, so that no id is given twice. */
  clear(): void {
    this.#stored.clear();
  }

  parseId(text: unknown): U['id'] | undefined {
    return this.#ids.parse(text);
  }

  async findById(id: U['id']): Promise<U | null> {
    const row = this.#rows.get(id);
    return row ? copyRow(row) : null;
  }

  async findByCanonicalEmail(canonicalEmail: string): Promise<U | null> {
    const id = this.#rows.ownerOf(canonicalEmail);
    return id === undefined ? null : this.findById(id);
  }

  async list({ after, limit, where = {}, search = '' }: UserListQuery<U>): Promise<U[]> {
    return this.#rows
      .all()
      .filter((row) => after === undefined || this.#ids.compare(row.id, after) > 0)
      .filter((row) => hasValues(row, where) && row.canonicalEmail.includes(search))
      .toSorted((a, b) => this.#ids.compare(a.id, b.id))
      .slice(0, limit)
      .map((row) => copyRow(row));
  }

  // Nothing below awaits between a check and its write. That is what makes each method one atomic
  // step: other code runs only at an `await`.

  async create(user: NewUser<U>): Promise<U> {
    this.#refuseTakenEmail(user.canonicalEmail);
    const row = { ...copyRow(user), id: this.#ids.next() } as unknown as U;
    this.#rows.put(row);
    return copyRow(row);
  }

  async update(
    id: U['id'],
    changes: UserChanges<U>,
    options: UserWriteOptions = {},
  ): Promise<U | null> {
    const row = this.#find(id, options);
    if (!row) return null;
    const changed = {
      ...row,
      updatedAt: new Date(),
      ...writable(changes),
      id,
      createdAt: row.createdAt,
    };
    this.#refuseTakenEmail(changed.canonicalEmail, id);
    if (options.keepSuperuser) this.#keepSuperuser(row, changed);
    this.#rows.put(changed);
    return copyRow(changed);
  }

  async delete(id: U['id'], options: UserWriteOptions = {}): Promise<boolean> {
    const row = this.#find(id, options);
    if (!row) return false;
    if (options.keepSuperuser) this.#keepSuperuser(row);
    this.#rows.remove(id);
    return true;
  }

  /**
   * Runs work in one transaction: all of it happens, or nothing, and nobody sees it before. Whatever
   * calls this adapter inside of it takes part. If somebody else has written the same rows meanwhile,
   * the work runs again. `handle` is `undefined`: memory has no other tables.
   *
   * @throws whatever the work throws
   */
  override transaction<T>(work: (transaction: AdapterTransaction<U>) => Promise<T>): Promise<T> {
    const below = this.#rows;
    return MemoryTransaction.run(
      () => new MemoryTransaction<U>(this, below),
      (transaction) =>
        work({ adapter: new TransactionUserAdapter(this, transaction), handle: undefined }),
    );
  }

  get #rows(): Rows<U> {
    return MemoryTransaction.rowsOf(this) ?? this.#stored;
  }

  /** The row, if it is as expected. */
  #find(id: U['id'], { expected = {} }: UserWriteOptions): U | undefined {
    const row = this.#rows.get(id);
    return row && hasValues(row, expected) ? row : undefined;
  }

  #refuseTakenEmail(canonicalEmail: string, owner?: U['id']): void {
    const id = this.#rows.ownerOf(canonicalEmail);
    if (id !== undefined && id !== owner) throw new UserAlreadyExistsError();
  }

  /** @param after - the row as it is about to be; absent if it is about to go */
  #keepSuperuser(before: U, after?: U): void {
    if (!isActiveSuperuser(before) || (after && isActiveSuperuser(after))) return;
    const others = this.#rows.all().filter((row) => row.id !== before.id);
    if (!others.some(isActiveSuperuser)) throw new LastSuperuserError();
    this.#rows.relyOnSuperuser();
  }
}

/** What is left of changes when columns that are `undefined` are left alone, as a copy. */
function writable<Changes extends object>(changes: Changes): Changes {
  const given = Object.entries(copyRow(changes)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Changes;
}

/** Exactly these values: no row has `undefined`, so that a forgotten value never fits every row. */
function hasValues(row: BaseUser, values: Partial<BaseUser>): boolean {
  const wanted = Object.entries(values) as [keyof BaseUser, unknown][];
  return wanted.every(([column, value]) => value !== undefined && row[column] === value);
}
