import { ServiceUnavailableError } from '@nestjs-users/core';
import { LATE, leastOf } from './database-time.js';

/** What this file uses of `pg`'s pool, by its callbacks: each request makes such a query. */
export interface PostgresPool {
  connect(
    done: (
      error: Error | undefined,
      client?: PostgresClient,
      release?: (error?: Error | null) => void,
    ) => void,
  ): void;
}

interface PostgresClient {
  query(
    statement: PostgresStatement,
    done: (error: Error | null | undefined, answer: { readonly rows: Row[] }) => void,
  ): void;
}

type Row = Record<string, unknown>;

/** One statement; by its name, a connection parses it once. */
export interface PostgresStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * One statement on any connection of the pool, the wait for which counts. (The pool's own `query` would
 * run it although nobody waits any more: a database that has fallen behind would work for nobody.)
 *
 * @throws ServiceUnavailableError where that takes too long; and what the driver throws
 */
export function queryInTime(
  pool: PostgresPool,
  statement: PostgresStatement,
  milliseconds: number,
): Promise<Row[]> {
  if (milliseconds === 0) return Promise.reject(new ServiceUnavailableError(1, LATE));
  return new Promise((resolve, reject) => {
    const lastCall = performance.now() + milliseconds - leastOf(milliseconds);
    let isLate = false;
    // What is under way then costs its connection: nobody knows when it would answer.
    let giveUp: ((error: Error) => void) | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      const error = new ServiceUnavailableError(1, LATE);
      giveUp?.(error);
      reject(error);
    }, milliseconds);
    pool.connect((refusal, client, release) => {
      if (refusal || !client || isLate || performance.now() > lastCall) {
        clearTimeout(timer);
        release?.();
        return reject(refusal ?? new ServiceUnavailableError(1, LATE));
      }
      giveUp = release;
      client.query(statement, (error, answer) => {
        if (isLate) return;
        clearTimeout(timer);
        release?.(error);
        if (error) reject(error);
        else resolve(answer.rows);
      });
    });
  });
}
