import {
  type BaseUser,
  type FoundSession,
  InvalidUserDataError,
  type StoredToken,
  TokenStore,
  type TokenUse,
} from '@nestjs-users/core';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { Connections } from '../connections.js';
import { dialectOf } from '../dialect.js';
import { type DatabaseTimeOptions, timeLimit } from '../statement-time.js';
import type { BaseUserSessionEntity } from './base-user-session.entity.js';
import { SessionLookUp } from './session-look-up.js';
import { SessionUser } from './session-user.js';

const ALIAS = 'session';

/** Options of {@link TypeOrmTokenStore}. @publicApi */
export interface TypeOrmTokenStoreOptions extends DatabaseTimeOptions {
  /**
   * The users whose sessions these are, all of them, in the same database: on PostgreSQL, a request then
   * reads session and user by one statement. Default: none, two statements.
   */
  users?: Repository<BaseUser & ObjectLiteral>;
}

const MAX_PARAMETERS = 500;

/**
 * Stores sessions by TypeORM, on PostgreSQL, MariaDB, MySQL and SQLite. Inside a transaction of the
 * data source it takes part in that.
 *
 * @publicApi
 */
export class TypeOrmTokenStore<S extends BaseUserSessionEntity> extends TokenStore {
  readonly #target: EntityTarget<S>;
  readonly #dataSource: DataSource;
  readonly #connections: Connections;
  readonly #lookUp: SessionLookUp<S>;
  readonly #withUser: SessionLookUp<S> | undefined;
  readonly #columnOf: (property: string) => string;

  /** @throws TypeError for a database that this package does not know */
  constructor(repository: Repository<S>, { users, ...options }: TypeOrmTokenStoreOptions = {}) {
    super();
    const timeoutMs = timeLimit('TypeOrmTokenStore', options);
    const { manager, metadata, target } = repository;
    this.#target = target;
    this.#dataSource = manager.connection;
    const propertyNamed = (name: string): string | undefined =>
      metadata.columns.find(({ databaseName }) => databaseName === name)?.propertyPath;
    const dialect = dialectOf(manager.connection);
    this.#connections = new Connections({ dialect, propertyNamed }, manager, { timeoutMs });
    this.#lookUp = new SessionLookUp(repository, timeoutMs);
    const user = users && SessionUser.of(users);
    this.#withUser = user && new SessionLookUp(repository, timeoutMs, user as SessionUser<never>);
    this.#columnOf = (property) => {
      const column = metadata.findColumnWithPropertyName(property);
      return manager.connection.driver.escape(column?.databaseName ?? property);
    };
  }

  async insert(token: StoredToken): Promise<void> {
    await this.#connections.write(async (manager) => {
      const query = manager.createQueryBuilder().insert().into(this.#target);
      await query
        .values({ ...token } as never)
        .updateEntity(false)
        .execute();
    });
  }

  async find(digest: string, now: Date): Promise<StoredToken | null> {
    return (await this.#ask(this.#lookUp, digest, now))?.session ?? null;
  }

  override async findWithUser(digest: string, now: Date): Promise<FoundSession | null> {
    // Subscribers may come at any time, and want to see each row that is loaded.
    const isSeen = this.#dataSource.subscribers.length > 0;
    if (isSeen || !this.#withUser) return this.#ask(this.#lookUp, digest, now);
    try {
      return await this.#ask(this.#withUser, digest, now);
    } catch (error) {
      // A subject that cannot be an id of these users: of another table, or from before a migration.
      if (error instanceof InvalidUserDataError) return this.#ask(this.#lookUp, digest, now);
      throw error;
    }
  }

  touch({ id, lastUsedAt, generation }: StoredToken, use: TokenUse): Promise<boolean> {
    return this.#connections.write(async (manager) => {
      const query = manager.createQueryBuilder().update(this.#target);
      const { affected } = await query
        .set({ ...use } as never)
        .where(`${this.#columnOf('id')} = :id`, { id })
        .andWhere(`${this.#columnOf('lastUsedAt')} = :before`, { before: lastUsedAt.getTime() })
        .andWhere(`${this.#columnOf('generation')} = :generation`, { generation })
        .execute();
      return Number(affected) > 0;
    });
  }

  async list(subject: string, now: Date): Promise<StoredToken[]> {
    const rows = await this.#connections.onPrimary((manager) =>
      this.#living(manager, now).andWhere(`${ALIAS}.subject = :subject`, { subject }).getMany(),
    );
    return rows.filter((row) => row.subject === subject).map((row) => tokenOf(row));
  }

  async delete(subject: string, ids: readonly string[]): Promise<number> {
    const own = await this.list(subject, new Date(0));
    const wanted = own.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
    return this.#deleteRows(wanted);
  }

  async deleteExpired(now: Date, limit: number): Promise<number> {
    const ids = await this.#connections.onPrimary(async (manager) => {
      const query = manager.createQueryBuilder(this.#target, ALIAS).select(`${ALIAS}.id`, 'id');
      query.where(`${ALIAS}.expiresAt <= :now`, { now: now.getTime() }).cache(false);
      return (await query.limit(limit).getRawMany<{ id: string }>()).map(({ id }) => id);
    });
    return this.#deleteRows(ids);
  }

  /** In parts: databases limit how many parameters a statement may have. */
  async #deleteRows(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < ids.length; from += MAX_PARAMETERS) {
      count += await this.#deletePart(ids.slice(from, from + MAX_PARAMETERS));
    }
    return count;
  }

  #deletePart(ids: readonly string[]): Promise<number> {
    return this.#connections.write(async (manager) => {
      const query = manager.createQueryBuilder().delete().from(this.#target);
      const { affected } = await query
        .where(`${this.#columnOf('id')} IN (:...ids)`, { ids })
        .execute();
      return Number(affected ?? 0);
    });
  }

  async #ask(lookUp: SessionLookUp<S>, digest: string, now: Date): Promise<FoundSession | null> {
    const found = await this.#connections.look((manager) => lookUp.find(manager, digest, now));
    // Compared again, exactly: the column may have a collation that does not.
    return found?.session.digest === digest ? found : null;
  }

  #living(manager: EntityManager, now: Date) {
    const query = manager.createQueryBuilder(this.#target, ALIAS).cache(false);
    return query.where(`${ALIAS}.expiresAt > :now`, { now: now.getTime() });
  }
}

/** Plain, and the caller's own. */
function tokenOf(row: BaseUserSessionEntity): StoredToken {
  const { id, digest, subject, fingerprint, backend, address, userAgent } = row;
  const { createdAt, lastUsedAt, expiresAt, endsAt, generation, rotatedAt } = row;
  const times = { createdAt, lastUsedAt, expiresAt, endsAt, generation, rotatedAt };
  return { id, digest, subject, fingerprint, backend, ...times, address, userAgent };
}
