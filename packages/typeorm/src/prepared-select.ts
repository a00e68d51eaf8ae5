import { ServiceUnavailableError } from '@nestjs-users/core';
import { createHash } from 'node:crypto';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { spendTime } from './database-time.js';
import { type PostgresPool, queryInTime } from './pooled-query.js';
import { careForPool } from './postgres-pool.js';

type Row = Record<string, unknown>;

/** What this file uses of `better-sqlite3`. */
interface SqliteConnection {
  prepare(sql: string): { get(...parameters: unknown[]): Row | undefined };
}

/**
 * Poolers that give each transaction another connection know no statement of an earlier one, or
 * know it already; and a migration may have changed what a statement answers.
 */
const NOT_PREPARED = /^(26000|42P05|0A000)$/;

/**
 * A selection of one row that is made at each request: the database parses and plans it once for each connection,
 * and TypeORM's query runner, which costs more than the statement, is left out. What TypeORM would tell
 * of it (loggers, subscribers, slow statements) it still tells: whoever wants to hear gets the ordinary
 * way.
 */
export class PreparedSelect {
  readonly #name: string;
  #isNamed = true;
  #sqlite?: {
    readonly connection: SqliteConnection;
    readonly statement: ReturnType<SqliteConnection['prepare']>;
  };

  /** @param timeoutMs - so long it may take, the wait for a connection included */
  constructor(
    private readonly sql: string,
    private readonly timeoutMs: number,
  ) {
    this.#name = `nestjs_users_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
  }

  /** The one row; to the primary, as all plain statements, on the connection of the manager if it has one. */
  async row(manager: EntityManager, parameters: unknown[]): Promise<Row | undefined> {
    const { connection, queryRunner } = manager;
    if (queryRunner === undefined && runsDirectly(connection)) {
      const { master, databaseConnection } = connection.driver as {
        master?: PostgresPool;
        databaseConnection?: SqliteConnection;
      };
      if (master) {
        careForPool(connection);
        return this.#pooled(connection, master, parameters);
      }
      if (databaseConnection) return this.#stepped(connection, databaseConnection, parameters);
    }
    return (await manager.query<Row[]>(this.sql, parameters))[0];
  }

  async #pooled(
    dataSource: DataSource,
    pool: PostgresPool,
    values: unknown[],
  ): Promise<Row | undefined> {
    const isNamed = this.#isNamed;
    const statement = {
      ...(isNamed && { name: this.#name }),
      text: this.sql,
      values,
    };
    try {
      const ask = (limit: number) => queryInTime(pool, statement, limit);
      return (await spendTime(this.timeoutMs, ask))[0];
    } catch (error) {
      // Of several at once, each was sent by its name.
      if (isNamed && NOT_PREPARED.test(String((error as { code?: unknown }).code))) {
        this.#isNamed = false;
        return this.#pooled(dataSource, pool, values);
      }
      throw error instanceof ServiceUnavailableError
        ? error
        : this.#failed(dataSource, values, error as Error);
    }
  }

  #stepped(
    dataSource: DataSource,
    connection: SqliteConnection,
    parameters: unknown[],
  ): Row | undefined {
    try {
      if (this.#sqlite?.connection !== connection) {
        this.#sqlite = { connection, statement: connection.prepare(this.sql) };
      }
      return this.#sqlite.statement.get(...parameters);
    } catch (error) {
      throw this.#failed(dataSource, parameters, error as Error);
    }
  }

  #failed({ logger }: DataSource, parameters: unknown[], error: Error): QueryFailedError {
    logger.logQueryError(error, this.sql, parameters);
    return new QueryFailedError(this.sql, parameters, error);
  }
}

/** Whether selections can be run past TypeORM's query runner, which is a connection of its own to them. */
export function runsDirectly(dataSource: DataSource): boolean {
  const { type } = dataSource.options;
  return (type === 'postgres' || type === 'better-sqlite3') && !isWatched(dataSource);
}

/** Whether anybody wants to hear of each statement. */
function isWatched({ options, subscribers }: DataSource): boolean {
  const { logger, logging, maxQueryExecutionTime } = options;
  return (
    subscribers.length > 0 ||
    logging === true ||
    logging === 'all' ||
    (Array.isArray(logging) && logging.includes('query')) ||
    maxQueryExecutionTime !== undefined ||
    typeof logger === 'object'
  );
}
