import { ServiceUnavailableError } from '@nestjs-users/core';
import { LATE } from './statement-time.js';

/** What this file uses of `pg`'s pool, by its callbacks: each request makes such a query. */
export interface PostgresPool {
  connect(
    done: (
      error: Error | undefined,
      client?: PostgresClient,
      release?: (error?: Error) => void,
    ) => void,
  ): void;
}

interface PostgresClient {
  query(
    statement: PostgresStatement & { readonly query_timeout: number },
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
  return new Promise((resolve, reject) => {
    const end = performance.now() + milliseconds;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new ServiceUnavailableError(1, LATE));
    }, milliseconds);
    pool.connect((refusal, client, release) => {
      if (refusal || !client || isLate) {
        clearTimeout(timer);
        release?.();
        return reject(refusal ?? new ServiceUnavailableError(1, LATE));
      }
      // The driver gives up as well, and the connection with it.
      const query_timeout = Math.max(1, end - performance.now());
      client.query({ ...statement, query_timeout }, (error, answer) => {
        clearTimeout(timer);
        release?.(error ?? undefined);
        if (error) reject(error);
        else resolve(answer.rows);
      });
    });
  });
}
