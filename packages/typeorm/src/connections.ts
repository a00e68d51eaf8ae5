import type { EntityManager, QueryRunner, ReplicationMode } from 'typeorm';
import { gateOf } from './connection-gate.js';
import { DatabaseTime } from './database-time.js';
import { OpenTransaction } from './open-transaction.js';
import { retryConflicts, translated, withRetries } from './retry.js';
import { runTransaction } from './run-transaction.js';
import type { Dialect } from './dialect.js';
import { careForPool } from './postgres-pool.js';
import { runsDirectly } from './prepared-select.js';
import { connectInTime, type Errand } from './statement-time.js';
import type { UserColumns } from './user-table.js';

/** What has to be known of a table to work on it. */
export interface DatabaseTable extends UserColumns {
  readonly dialect: Dialect;
}

/** What is written is read again. */
const WRITE = { isWrite: true, statements: 2 };
/** A transaction begins, writes and ends. */
const TRANSACTION = { statements: 3 };

/** How {@link Connections} are used. */
export interface ConnectionUse {
  /** So long a call may take, and in a transaction each statement, in milliseconds. */
  readonly timeoutMs: number;
  /** So long a connection may be waited for. Default: as long as a statement. */
  readonly connectMs?: number;
  /** What is written is nothing that a request is made for: it may be refused all the same. Default `false`. */
  readonly isAside?: boolean;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * Chooses the connection that work runs on: the one that the adapter was given; else that of the
 * transaction which the call is part of; else one of the pool, again if others were in the way.
 */
export class Connections {
  readonly #table: DatabaseTable;
  readonly #manager: EntityManager;

  constructor(
    table: DatabaseTable,
    manager: EntityManager,
    private readonly use: ConnectionUse,
  ) {
    this.#table = table;
    this.#manager = manager;
    careForPool(manager.connection);
  }

  /** One selection; of a replica where there is one. */
  read<T>(work: Work<T>): Promise<T> {
    return this.#inside(work) ?? this.#freely(() => this.#call(work, { mode: 'slave' }));
  }

  /** One {@link PreparedSelect}, which needs no query runner where it can be run directly. */
  look<T>(work: Work<T>): Promise<T> {
    if (!runsDirectly(this.#manager.connection)) return this.onPrimary(work);
    return this.#inside(work) ?? this.#freely(() => work(this.#manager));
  }

  /**
   * Several statements on one connection, to the primary: a replica need not have the row yet that
   * is read again, and a pool of one has no second connection.
   */
  onPrimary<T>(work: Work<T>): Promise<T> {
    return this.#inside(work) ?? this.#freely(() => this.#call(work));
  }

  /**
   * What the database may refuse, once there is time enough for it: a request that has waited for long
   * does not begin to write. In a transaction of PostgreSQL the refusal would be the end of it: a
   * savepoint makes it cost no more there than with other databases.
   */
  write<T>(work: Work<T>): Promise<T> {
    const isFragile = this.#table.dialect === 'postgres' && this.#current !== undefined;
    const inside = this.#inside(isFragile ? (manager) => manager.transaction(work) : work);
    if (inside) return inside;
    return this.#freely(() => this.#written(this.#call(work, WRITE)));
  }

  /** All or nothing; inside of another transaction, as a part of it. Throws what the work throws. */
  transaction<T>(work: (transaction: OpenTransaction) => Promise<T>): Promise<T> {
    const run = (runner: QueryRunner): Promise<T> => runTransaction(runner, this.#table, work);
    const current = this.#current;
    const runner = this.#manager.queryRunner ?? current?.manager.queryRunner;
    if (!runner) {
      const begin = (): Promise<T> => this.#withRunner(run, TRANSACTION);
      return this.#written(this.#alone(() => retryConflicts(begin)));
    }
    const nested = (): Promise<T> => retryConflicts(() => run(runner), 1);
    return current ? current.inTurn(nested) : nested();
  }

  /** A refused statement has ended the given transaction: no more can be asked in it. */
  get isEndedByRefusal(): boolean {
    const isActive = this.#manager.queryRunner?.isTransactionActive === true;
    return isActive && this.#table.dialect === 'postgres';
  }

  get #current(): OpenTransaction | undefined {
    if (this.#manager.queryRunner) return undefined;
    return OpenTransaction.current(this.#manager.connection);
  }

  #inside<T>(work: Work<T>): Promise<T> | undefined {
    if (!this.#manager.queryRunner) return this.#current?.call(this.#table, work);
    return withRetries(this.#table, () => work(this.#manager), 1);
  }

  #freely<T>(work: () => Promise<T>): Promise<T> {
    const retried = (): Promise<T> => withRetries(this.#table, work);
    return this.#isShared ? gateOf(this.#manager.connection).pass(retried) : retried();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#isShared ? gateOf(this.#manager.connection).hold(work) : work();
  }

  /** TypeORM has one connection to an SQLite database, for everybody. */
  get #isShared(): boolean {
    return this.#table.dialect === 'sqlite';
  }

  /** Once something is written, the request goes on to its end: its answer is to say so. */
  async #written<T>(writing: Promise<T>): Promise<T> {
    const result = await writing;
    if (!this.use.isAside) DatabaseTime.ofRequest()?.hasWritten();
    return result;
  }

  /** What takes several statements takes no longer than one. */
  #call<T>(work: Work<T>, errand: Errand & { readonly mode?: ReplicationMode } = {}): Promise<T> {
    const together = new DatabaseTime(this.use.timeoutMs);
    return this.#withRunner(({ manager }) => work(manager), { ...errand, together });
  }

  async #withRunner<T>(
    work: (runner: QueryRunner) => Promise<T>,
    { mode = 'master', ...errand }: Errand & { readonly mode?: ReplicationMode } = {},
  ): Promise<T> {
    const { connection } = this.#manager;
    const { timeoutMs, connectMs = timeoutMs } = this.use;
    careForPool(connection);
    const runner = connection.createQueryRunner(mode);
    if (!this.#isShared) {
      await translated(this.#table, () =>
        connectInTime(runner, timeoutMs, { connectMs, ...errand }),
      );
    }
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}
