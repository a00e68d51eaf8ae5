import { type RateLimit, RateLimitStore, ServiceUnavailableError } from '@nestjs-users/core';
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { DataSource, EntityManager, EntityTarget, Repository } from 'typeorm';
import { Connections } from '../connections.js';
import { type Dialect, dialectOf } from '../dialect.js';
import { OpenTransaction } from '../open-transaction.js';
import { type DatabaseTimeOptions, timeLimit } from '../statement-time.js';
import type { BaseRateLimitEntity } from './base-rate-limit.entity.js';

const ALIAS = 'counted';

/** The clock of the database, which all processes share; SQLite is where the process is. */
const NOW: Record<Dialect, () => string> = {
  postgres: () => 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)',
  mysql: () => 'ROUND(UNIX_TIMESTAMP(SYSDATE(3)) * 1000)',
  sqlite: () => String(Date.now()),
};

/** In a transaction of the application: where no second connection is free, the process counts instead. */
const SECOND_CONNECTION_MS = 250;

/** Deletes what is past by the way, at most so often and so much. */
const CLEAN_UP_MS = 60_000;
const CLEAN_UP_ROWS = 1000;

/**
 * Counts in a table, for all processes together and without another server: by the clock of the database
 * and in a transaction that locks one row. A login takes some twenty round trips, and with Redis five. It is a
 * transaction of its own in any case: what was counted stays counted, though the application rolls back
 * everything around it.
 *
 * @example
 * UsersModule.forRootAsync<User>({
 *   imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forRateLimits()],
 *   inject: [RateLimitStore],
 *   useFactory: (rateLimitStore: RateLimitStore) => ({ rateLimitStore, … }),
 * })
 * @publicApi
 */
export class TypeOrmRateLimitStore<E extends BaseRateLimitEntity> extends RateLimitStore {
  readonly #logger = new Logger('TypeOrmRateLimitStore');
  readonly #target: EntityTarget<E>;
  readonly #dataSource: DataSource;
  readonly #connections: Connections;
  /** For what is counted while a transaction holds a connection. */
  readonly #beside: Connections;
  readonly #dialect: Dialect;
  #nextCleanUp = 0;

  /** @throws TypeError for a database that this package does not know, and for the repository of a transaction */
  constructor({ manager, target }: Repository<E>, options: DatabaseTimeOptions = {}) {
    super();
    if (manager.queryRunner) {
      throw new TypeError(
        'TypeOrmRateLimitStore counts whatever is rolled back: make it with `dataSource.getRepository(…)`.',
      );
    }
    const timeoutMs = timeLimit('TypeOrmRateLimitStore', options);
    this.#target = target;
    this.#dataSource = manager.connection;
    this.#dialect = dialectOf(manager.connection);
    const table = { dialect: this.#dialect, propertyNamed: () => undefined };
    // A count is no reason to let a request that is late go on.
    const use = { timeoutMs, isAside: true };
    this.#connections = new Connections(table, manager, use);
    this.#beside = new Connections(table, manager, { ...use, connectMs: SECOND_CONNECTION_MS });
  }

  async take(key: string, limit: RateLimit): Promise<number> {
    const seconds = await this.#apart((on) => this.#take(on, digestOf(key), limit));
    await this.#apart((on) => this.#cleanUp(on)).catch((error: unknown) => this.#warn(error));
    return seconds;
  }

  has(key: string): Promise<boolean> {
    return this.#apart((on) =>
      on.onPrimary((manager) =>
        manager
          .createQueryBuilder(this.#target, ALIAS)
          .where(`${ALIAS}.id = :id AND ${ALIAS}.endsAt > ${this.#now}`, { id: digestOf(key) })
          .cache(false)
          .getExists(),
      ),
    );
  }

  async reset(key: string): Promise<void> {
    const id = digestOf(key);
    await this.#apart((on) =>
      on.write((manager) =>
        manager.createQueryBuilder().delete().from(this.#target).where({ id }).execute(),
      ),
    );
  }

  /** @throws ServiceUnavailableError where a transaction holds the only connection: others count then */
  async #apart<T>(work: (on: Connections) => Promise<T>): Promise<T> {
    if (!OpenTransaction.current(this.#dataSource)) return work(this.#connections);
    if (this.#dialect === 'sqlite') {
      throw new ServiceUnavailableError(1, "A transaction holds SQLite's connection.");
    }
    return OpenTransaction.outside(() => work(this.#beside));
  }

  async #take(on: Connections, id: string, { max, perSeconds }: RateLimit): Promise<number> {
    const span = Math.ceil(perSeconds * 1000);
    const wait = await on.transaction(async ({ manager }) => {
      await this.#lock(manager, id);
      const { times, now } = await this.#read(manager, id);
      // A time to come is one of a clock that was set back since: it would lock for longer than the span.
      const recent = times.filter((time) => time > now - span && time <= now);
      if (recent.length >= max) return (recent.at(-max) ?? now) + span - now;
      await this.#write(manager, id, [...recent, now], now + span);
      return 0;
    });
    return wait > 0 ? Math.max(1, Math.ceil(wait / 1000)) : 0;
  }

  /** The row, which is there afterwards, belongs to this transaction until its end. */
  async #lock(manager: EntityManager, id: string): Promise<void> {
    const query = manager.createQueryBuilder().insert().into(this.#target);
    await query
      .values({ id, times: '', endsAt: 0 } as never)
      .orUpdate(['id'], ['id'])
      .updateEntity(false)
      .execute();
  }

  async #read(manager: EntityManager, id: string): Promise<{ times: number[]; now: number }> {
    const query = manager.createQueryBuilder(this.#target, ALIAS).select(`${ALIAS}.times`, 'times');
    const row = await query
      .addSelect(this.#now, 'now')
      .where(`${ALIAS}.id = :id`, { id })
      .cache(false)
      .getRawOne<{ times: string; now: string | number }>();
    const times = (row?.times ?? '').split(',').map((time) => Number.parseInt(time, 36));
    return { times: times.filter(Number.isSafeInteger), now: Number(row?.now) };
  }

  async #write(
    manager: EntityManager,
    id: string,
    times: readonly number[],
    endsAt: number,
  ): Promise<void> {
    const text = times.map((time) => time.toString(36)).join(',');
    const query = manager.createQueryBuilder().update(this.#target);
    await query
      .set({ times: text, endsAt } as never)
      .where({ id })
      .execute();
  }

  async #cleanUp(on: Connections): Promise<void> {
    const now = performance.now();
    if (now < this.#nextCleanUp) return;
    this.#nextCleanUp = now + CLEAN_UP_MS;
    const ids = await on.onPrimary(async (manager) => {
      const query = manager.createQueryBuilder(this.#target, ALIAS).select(`${ALIAS}.id`, 'id');
      query.where(`${ALIAS}.endsAt <= ${this.#now}`).cache(false);
      return (await query.limit(CLEAN_UP_ROWS).getRawMany<{ id: string }>()).map(({ id }) => id);
    });
    if (ids.length === 0) return;
    // There are more.
    if (ids.length === CLEAN_UP_ROWS) this.#nextCleanUp = now;
    await on.write((manager) => {
      const query = manager.createQueryBuilder().delete().from(this.#target);
      const endsAt = manager.connection
        .getMetadata(this.#target)
        .findColumnWithPropertyName('endsAt');
      const column = manager.connection.driver.escape(endsAt?.databaseName ?? 'endsAt');
      // One of them may have been counted again meanwhile.
      return query.whereInIds(ids).andWhere(`${column} <= ${this.#now}`).execute();
    });
  }

  /** What was counted holds all the same. */
  #warn(error: unknown): void {
    const text = error instanceof Error ? error.message : 'unknown';
    this.#logger.warn(`What is past could not be deleted: ${text}`);
  }

  get #now(): string {
    return NOW[this.#dialect]();
  }
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
