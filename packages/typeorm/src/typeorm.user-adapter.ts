import {
  type BaseUser,
  InvalidUserDataError,
  LastSuperuserError,
  type NewUser,
  UserAdapter,
  UserAlreadyExistsError,
  type UserChanges,
  type UserListQuery,
  type UserWriteOptions,
} from '@nestjs-users/core';
import {
  type DeleteQueryBuilder,
  type EntityManager,
  type FindOptionsWhere,
  MoreThan,
  type ObjectLiteral,
  type Repository,
  type UpdateQueryBuilder,
} from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { conditions } from './conditions.js';
import { refusedValue, UniqueViolation } from './driver-errors.js';
import {
  anotherSuperuserRemains,
  isDemotion,
  isSqlite,
  withLockedSuperusers,
} from './keep-superuser.js';
import { withRetries } from './retry.js';
import { type UserIdCodec, userIdCodec } from './user-id.codec.js';
import { assertUserEntity } from './user-entity.check.js';

/**
 * Stores users by TypeORM: PostgreSQL, MariaDB, MySQL and SQLite. Any entity that has the columns of
 * `BaseUser` will do, under whatever names in the database.
 *
 * @publicApi
 */
export class TypeOrmUserAdapter<U extends BaseUser & ObjectLiteral> extends UserAdapter<U> {
  readonly #repository: Repository<U>;
  readonly #ids: UserIdCodec;

  /** @throws TypeError if the entity lacks what the adapter needs; the message says what to write */
  constructor(repository: Repository<U>) {
    super();
    assertUserEntity(repository.metadata);
    this.#repository = repository;
    this.#ids = userIdCodec(repository.metadata);
  }

  parseId(text: unknown): U['id'] | undefined {
    return typeof text === 'string' ? this.#ids.parse(text) : undefined;
  }

  async findById(id: U['id']): Promise<U | null> {
    return this.#find(this.#repository.manager, id);
  }

  async findByCanonicalEmail(canonicalEmail: string): Promise<U | null> {
    if (typeof canonicalEmail !== 'string' || !CANONICAL_EMAIL.test(canonicalEmail)) return null;
    const row = await withRetries(() => this.#repository.findOneBy(where({ canonicalEmail })));
    // A collation may find more equal than the address is.
    return row?.canonicalEmail === canonicalEmail ? row : null;
  }

  async list({ after, limit, where: filter = {} }: UserListQuery<U>): Promise<U[]> {
    const criteria = conditions(this.#repository.manager, filter);
    if (!criteria) return [];
    return withRetries(() =>
      this.#repository.find({
        where: where<U>({ ...criteria, ...(after !== undefined && { id: MoreThan(after) }) }),
        order: { id: 'ASC' } as never,
        take: limit,
      }),
    );
  }

  async create(user: NewUser<U>): Promise<U> {
    const { id: _, ...columns } = user as NewUser<U> & { id?: unknown };
    const row = this.#repository.create(columns as never) as unknown as U;
    if (this.#makesIds) row.id = uuidv7() as U['id'];
    await this.#explain(user.canonicalEmail, undefined, () =>
      withRetries(() => this.#repository.insert(row as never)),
    );
    // As it is stored, with the columns that the database fills in. By address, for sql.js tells the
    // id of another row when two are inserted at once.
    return (await this.findByCanonicalEmail(user.canonicalEmail)) ?? row;
  }

  async update(
    id: U['id'],
    changes: UserChanges<U>,
    options: UserWriteOptions = {},
  ): Promise<U | null> {
    if (!this.#ids.accepts(id)) return null;
    const columns = this.#writable(changes);
    const hasWork = Object.keys(columns).length > 0;
    if (hasWork) columns['updatedAt'] = changes.updatedAt ?? new Date();

    const isWritten = await this.#explain(changes.canonicalEmail, id, () =>
      this.#write(id, options, isDemotion(changes), (manager) => {
        const query = manager.createQueryBuilder().update(this.#repository.target);
        const set = hasWork ? columns : { updatedAt: () => this.#column('updatedAt') };
        return query.set(set as never) as UpdateQueryBuilder<U>;
      }),
    );
    return isWritten ? this.findById(id) : null;
  }

  async delete(id: U['id'], options: UserWriteOptions = {}): Promise<boolean> {
    if (!this.#ids.accepts(id)) return false;
    return this.#write(id, options, true, (manager) =>
      manager.createQueryBuilder().delete().from(this.#repository.target),
    );
  }

  /** One conditional statement; around it, where the last superuser is in question, what that takes. */
  async #write(
    id: U['id'],
    { expected = {}, keepSuperuser = false }: UserWriteOptions,
    mayDemote: boolean,
    statement: (manager: EntityManager) => UpdateQueryBuilder<U> | DeleteQueryBuilder<U>,
  ): Promise<boolean> {
    const { manager } = this.#repository;
    const isGuarded = keepSuperuser && mayDemote;
    const expectation = conditions(manager, expected);
    if (!expectation) return false;
    const criteria = where<U>({ id, ...expectation });
    const run = async (on: EntityManager, condition?: string): Promise<boolean> => {
      const query = statement(on).where(criteria);
      const { affected } = await (condition ? query.andWhere(condition) : query).execute();
      return (affected ?? 0) > 0;
    };

    return withRetries(async () => {
      if (!isGuarded) return run(manager);
      if (!isSqlite(manager)) return withLockedSuperusers(this.#repository, id, run);
      if (await run(manager, anotherSuperuserRemains(this.#repository))) return true;
      if (await this.#repository.existsBy(criteria)) throw new LastSuperuserError();
      return false;
    });
  }

  async #find(manager: EntityManager, id: U['id']): Promise<U | null> {
    if (!this.#ids.accepts(id)) return null;
    const row = await withRetries(() =>
      manager.findOneBy(this.#repository.target, where<U>({ id })),
    );
    return row && String(row.id) === String(id) ? row : null;
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
      const owner = canonicalEmail ? await this.findByCanonicalEmail(canonicalEmail) : null;
      const isTaken = owner && (id === undefined || String(owner.id) !== String(id));
      throw isTaken ? new UserAlreadyExistsError() : takenValue();
    }
  }

  /** The changes that there are columns for. */
  #writable(changes: UserChanges<U>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(changes).filter(
        ([name, value]) =>
          value !== undefined &&
          !NEVER_WRITTEN.has(name) &&
          this.#repository.metadata.findColumnWithPropertyName(name) !== undefined,
      ),
    );
  }

  #column(property: string): string {
    const { metadata, manager } = this.#repository;
    const name = metadata.findColumnWithPropertyName(property)?.databaseName ?? property;
    return manager.connection.driver.escape(name);
  }

  get #makesIds(): boolean {
    const column = this.#repository.metadata.primaryColumns[0];
    return column?.type === 'uuid' && !column.isGenerated;
  }
}

function where<U extends ObjectLiteral>(criteria: object): FindOptionsWhere<U> {
  return criteria as FindOptionsWhere<U>;
}

/** Text of any other form is nobody's address, and some databases refuse to look for it. */
const CANONICAL_EMAIL = /^[\x21-\x7e]{1,320}$/;

const NEVER_WRITTEN = new Set(['id', 'createdAt']);

function takenValue(): InvalidUserDataError {
  return refusedValue('a value that must be unique is taken');
}
