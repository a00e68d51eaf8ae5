import { ServiceUnavailableError } from '@nestjs-users/core';
import type { QueryRunner } from 'typeorm';
import { DatabaseTime, finishInTime, LATE, spendTime } from './database-time.js';

/** How long whoever asks the database waits. @publicApi */
export interface DatabaseTimeOptions {
  /**
   * So long whoever calls is kept waiting, in seconds: for a connection of the pool and one statement,
   * and in a route for all of its statements together, until it has written something. After that, the
   * route answers 503. Default 5.
   */
  timeoutSeconds?: number;
}

/** In milliseconds. @throws TypeError for a time that is none */
export function timeLimit(owner: string, { timeoutSeconds = 5 }: DatabaseTimeOptions): number {
  if (typeof timeoutSeconds === 'number' && timeoutSeconds > 0 && timeoutSeconds <= 3600) {
    return timeoutSeconds * 1000;
  }
  throw new TypeError(
    `${owner}: timeoutSeconds must be a number above 0, up to 3600, not ${timeoutSeconds}.`,
  );
}

/** A connection as its driver has it: `pg`'s stream is one object further in than `mysql2`'s. */
interface DriverConnection {
  readonly stream?: Destroyable;
  readonly connection?: { readonly stream?: Destroyable };
}

interface Destroyable {
  destroy?(error: Error): void;
}

/**
 * What a promise answers, unless that takes too long; whoever waits for a database that never answers
 * hears so.
 *
 * @throws ServiceUnavailableError
 */
export function inTime<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ServiceUnavailableError(1, what)), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What is done with a connection. */
export interface Errand {
  /** How long the connection may be waited for, in milliseconds. Default: as long as a statement. */
  readonly connectMs?: number;
  /** The time of all of it, where that is bounded. */
  readonly together?: DatabaseTime;
  /** It writes by itself, not in a transaction. */
  readonly isWrite?: boolean;
  /** So many statements there has to be time for, once it has a connection. */
  readonly statements?: number;
}

/** A new connection takes several messages to and fro, a statement takes one. */
const CONNECT_SHARE = 1 / 3;

/** The end of a transaction: nobody may have to guess whether it was reached. */
const COMMIT = /^COMMIT$/i;

/**
 * Takes a connection for a query runner, and sees to it that no statement on it takes longer than it may:
 * neither pools nor drivers do so by themselves, and a database that hangs would take every request with
 * it. A statement that is late costs its connection, for nobody knows what it would still answer.
 *
 * @throws ServiceUnavailableError where the pool has none in time
 */
export async function connectInTime(
  runner: QueryRunner,
  milliseconds: number,
  { connectMs = milliseconds, together, isWrite = false, statements }: Errand = {},
): Promise<void> {
  const connect = (limit: number) => connected(runner, limit);
  const connection = await spendTime(connectMs, connect, together, CONNECT_SHARE);
  if (statements !== undefined) await enoughFor(statements, runner);
  const query = runner.query.bind(runner) as (...parameters: unknown[]) => Promise<unknown>;
  const limited = (...parameters: unknown[]): Promise<unknown> => {
    const call = async (limit: number): Promise<unknown> => {
      if (limit === 0) giveUp(runner, connection);
      const timer = setTimeout(() => cut(connection), limit);
      try {
        return await query(...parameters);
      } finally {
        clearTimeout(timer);
      }
    };
    const isFinished = isWrite || COMMIT.test(String(parameters[0]));
    return isFinished ? finishInTime(milliseconds, call) : spendTime(milliseconds, call, together);
  };
  runner.query = limited as typeof runner.query;
}

/** @throws ServiceUnavailableError, and gives the connection back */
async function enoughFor(statements: number, runner: QueryRunner): Promise<void> {
  try {
    DatabaseTime.ofRequest()?.assertEnoughFor(statements);
  } catch (error) {
    await runner.release();
    throw error;
  }
}

/**
 * Where a transaction is open, not even a ROLLBACK can be waited for any more: the end of the connection
 * is one as well, and the statement fails with it. Where nothing is open, the connection is as good as
 * before.
 *
 * @throws ServiceUnavailableError
 */
function giveUp(runner: QueryRunner, connection: DriverConnection): void {
  // TypeORM calls a transaction active before it has begun.
  const { transactionDepth } = runner as unknown as { readonly transactionDepth: number };
  if (!runner.isTransactionActive || transactionDepth === 0) {
    throw new ServiceUnavailableError(1, LATE);
  }
  cut(connection);
}

async function connected(runner: QueryRunner, milliseconds: number): Promise<DriverConnection> {
  if (milliseconds === 0) throw new ServiceUnavailableError(1, LATE);
  const connection = runner.connect() as Promise<DriverConnection>;
  let isLate = false;
  try {
    return await inTime(connection, milliseconds, 'The pool has no connection.');
  } catch (error) {
    isLate = true;
    throw error;
  } finally {
    // It may still come, and belongs to the pool then.
    if (isLate) connection.then(() => runner.release()).catch(() => {});
  }
}

function cut({ stream, connection }: DriverConnection): void {
  (connection?.stream ?? stream)?.destroy?.(new Error(LATE));
}
