import {
  type AdapterTransaction,
  type BaseUser,
  type BoundedWork,
  type NewUser,
  ServiceUnavailableError,
  TransactionUserAdapter,
  UserAdapter,
  UserAlreadyExistsError,
  type UserChanges,
  type UserListQuery,
  type UserWriteOptions,
} from '@nestjs-users/core';
import type { EntityManager, ObjectLiteral, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { UniqueProperty } from './compiled-look-up.js';
import { all, conditions, contains } from './conditions.js';
import { Connections } from './connections.js';
import { boundRequest, LATE } from './database-time.js';
import { refusedValue, UniqueViolation } from './driver-errors.js';
import { writeGuarded } from './guarded-write.js';
import { rowValues } from './row-values.js';
import { type UserIdCodec, userIdCodec } from './user-id.codec.js';
import { type DatabaseTimeOptions, inTime, timeLimit } from './statement-time.js';
import { UserStatements } from './user-statements.js';
import { USER_ALIAS, UserTable } from './user-table.js';

/** Text of any other form is nobody's address, and some databases refuse to look for it. */
const CANONICAL_EMAIL = /^[\x21-\x7e]{1,320}$/;

/**
 * TypeORM's entity manager on the connection of a transaction: the handle of this package's
 * transactions, for rows of the application.
 *
 * @example
 * @DuringUserRegister()
 * async addProfile({ user, transaction }: DuringUserRegisterEvent<User, TypeOrmTransaction>) {
 *   await transaction.insert(Profile, { userId: user.id });
 * }
 * @publicApi
 */
export type TypeOrmTransaction = EntityManager;

/** A transaction of {@link TypeOrmUserAdapter} while it runs. @publicApi */
export interface TypeOrmAdapterTransaction<U extends BaseUser> extends AdapterTransaction<U> {
  readonly handle: TypeOrmTransaction;
}

/**
 * Stores users by TypeORM: PostgreSQL, MariaDB, MySQL and SQLite. Any entity that has the columns of
 * `BaseUser` will do, under whatever names in the database.
 *
 * Made with the repository of a transaction (`manager.getRepository(User)`), it takes part in that
 * transaction.
 *
 * @publicApi
 */
export class TypeOrmUserAdapter<U extends BaseUser & ObjectLiteral> extends UserAdapter<U> {
  readonly #repository: Repository<U>;
  readonly #table: UserTable<U>;
  readonly #statements: UserStatements<U>;
  readonly #ids: UserIdCodec;
  readonly #connections: Connections;
  readonly #timeoutMs: number;

  /** @throws TypeError if the entity lacks what the adapter needs; the message says what to write */
  constructor(repository: Repository<U>, options: DatabaseTimeOptions = {}) {
    super();
    const timeoutMs = timeLimit('TypeOrmUserAdapter', options);
    this.#timeoutMs = timeoutMs;
    this.#repository = repository;
    this.#table = new UserTable(repository);
    this.#statements = new UserStatements(this.#table, timeoutMs);
    this.#ids = userIdCodec(this.#table);
    this.#connections = new Connections(this.#table, repository.manager, { timeoutMs });
  }

  parseId(text: unknown): U['id'] | undefined {
    return typeof text === 'string' ? this.#ids.parse(text) : undefined;
  }

  async findById(id: U['id']): Promise<U | null> {
    if (!this.#ids.accepts(id)) return null;
    return this.#lookUp('id', id);
  }

  async findByCanonicalEmail(canonicalEmail: string): Promise<U | null> {
    if (typeof canonicalEmail !== 'string' || !CANONICAL_EMAIL.test(canonicalEmail)) return null;
    return this.#lookUp('canonicalEmail', canonicalEmail);
  }

  /** @throws TypeError for a limit, an id or a condition that cannot be one */
  async list({ after, limit, where = {}, search }: UserListQuery<U>): Promise<U[]> {
    if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('limit must be a count.');
    if (after !== undefined && !this.#ids.accepts(after)) throw new TypeError('after is no id.');
    const condition = conditions(this.#table, where, USER_ALIAS);
    const found = contains(this.#table, 'canonicalEmail', search, USER_ALIAS);
    if (!condition || !found || limit === 0) return [];
    return this.#connections.read((manager) =>
      this.#statements.list(manager, all([condition, found]), limit, after),
    );
  }

  async create(user: NewUser<U>): Promise<U> {
    const values = rowValues(this.#table, user);
    return this.#explain(user.canonicalEmail, undefined, () =>
      this.#connections.write(async (manager) => {
        const row = this.#repository.create(values as never) as unknown as U;
        if (this.#makesIds) row.id = uuidv7() as U['id'];
        await this.#statements.insert(manager, row);
        // As it is stored, with the columns that the database fills in. An id that the database made
        // is not asked for: sql.js tells another row's when two are inserted at once.
        const stored = await (row.id === undefined
          ? this.#statements.findBy(manager, 'canonicalEmail', user.canonicalEmail)
          : this.#statements.findBy(manager, 'id', row.id));
        if (!stored) throw new ServiceUnavailableError(1, 'A row was gone as soon as it was made.');
        return stored;
      }),
    );
  }

  async update(
    id: U['id'],
    changes: UserChanges<U>,
    { expected = {}, keepSuperuser = false }: UserWriteOptions = {},
  ): Promise<U | null> {
    if (!this.#ids.accepts(id)) return null;
    const { createdAt: _, ...values } = rowValues(this.#table, changes);
    if (Object.keys(values).length === 0) return this.#findExpected(id, expected);

    values['updatedAt'] ??= new Date();
    const isDemotion = values['isSuperuser'] === false || values['isActive'] === false;
    return this.#explain(changes.canonicalEmail, id, () =>
      this.#connections.write(async (manager) => {
        const isWritten = await writeGuarded(this.#statements, manager, {
          id,
          expected,
          keepSuperuser: keepSuperuser && isDemotion,
          countsChangedRows: this.#table.dialect === 'mysql',
          write: (on, condition) => this.#statements.update(on, values, condition),
        });
        return isWritten ? this.#statements.findBy(manager, 'id', id) : null;
      }),
    );
  }

  async delete(
    id: U['id'],
    { expected = {}, keepSuperuser = false }: UserWriteOptions = {},
  ): Promise<boolean> {
    if (!this.#ids.accepts(id)) return false;
    return this.#connections.write((manager) =>
      writeGuarded(this.#statements, manager, {
        id,
        expected,
        keepSuperuser,
        countsChangedRows: false,
        write: (on, condition) => this.#statements.delete(on, condition),
      }),
    );
  }

  /**
   * Runs work in one transaction: all of it happens, or nothing. `handle` is TypeORM's
   * {@link TypeOrmTransaction} for rows of your own. Every adapter of this data source that is
   * called inside of it takes part; await whatever belongs to it, one after the other. If another
   * transaction was in the way (a deadlock, say), everything is rolled back and the work runs again.
   *
   * On SQLite, calls of adapters that are not part of it wait for its end.
   *
   * @example
   * await adapter.transaction(async ({ adapter, handle }) => {
   *   const user = await adapter.create(columns);
   *   await handle.insert(Profile, { userId: user.id });
   * });
   * @throws whatever the work throws, after everything was rolled back
   * @throws ServiceUnavailableError the database does not answer, or others were in the way each time
   */
  override transaction<T>(
    work: (transaction: TypeOrmAdapterTransaction<U>) => Promise<T>,
  ): Promise<T> {
    return this.#connections.transaction((transaction) => {
      const adapter = new TransactionUserAdapter(this, transaction);
      return work({ adapter, handle: transaction.manager });
    });
  }

  /**
   * The statements of one request may keep it waiting for `timeoutSeconds` together, those of the stores
   * of this package included.
   */
  override bounded<T>(
    work: () => Promise<T>,
    { waitedMs = 0, onlyReads = false }: BoundedWork = {},
  ): Promise<T> {
    // Nobody waits for SQLite but in line, which has a limit of its own.
    if (this.#table.dialect === 'sqlite') return work();
    // A timer costs less than an asynchronous context.
    if (onlyReads) return inTime(work(), Math.max(0, this.#timeoutMs - waitedMs), LATE);
    return boundRequest(this.#timeoutMs, waitedMs, work);
  }

  /** On the primary: a replica may still have the rights and the stamp of a moment ago. */
  #lookUp(property: UniqueProperty, value: U['id']): Promise<U | null> {
    const find = (manager: EntityManager) => this.#statements.findBy(manager, property, value);
    const isPlain = this.#statements.canCompile(this.#repository.manager);
    return isPlain ? this.#connections.look(find) : this.#connections.onPrimary(find);
  }

  /** The row, if everything expected of it holds. */
  async #findExpected(id: U['id'], expected: UserWriteOptions['expected']): Promise<U | null> {
    const condition = conditions(this.#table, { ...expected, id }, USER_ALIAS);
    if (!condition) return null;
    const rows = await this.#connections.onPrimary((manager) =>
      this.#statements.list(manager, condition, 1),
    );
    return rows[0] ?? null;
  }

  /** Says which unique column it was. */
  async #explain<T>(
    canonicalEmail: string | undefined,
    id: U['id'] | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      if (!(await this.#isTaken(error, canonicalEmail, id))) {
        throw refusedValue(error.property, 'is taken');
      }
      throw id === undefined
        ? new UserAlreadyExistsError('REGISTER_USER_ALREADY_EXISTS')
        : new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS');
    }
  }

  async #isTaken(
    { property }: UniqueViolation,
    canonicalEmail: string | undefined,
    id: U['id'] | undefined,
  ): Promise<boolean> {
    if (property === 'canonicalEmail') return true;
    if (typeof canonicalEmail !== 'string' || this.#connections.isEndedByRefusal) return false;
    const owner = await this.#connections.onPrimary((manager) =>
      this.#statements.findBy(manager, 'canonicalEmail', canonicalEmail, { withDeleted: true }),
    );
    return owner !== null && (id === undefined || String(owner.id) !== String(id));
  }

  /** For own entities that have no `@BeforeInsert()` like that of `BaseUserEntity`. */
  get #makesIds(): boolean {
    const column = this.#table.column('id');
    return column?.type === 'uuid' && !column.isGenerated;
  }
}
