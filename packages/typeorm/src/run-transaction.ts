import type { QueryRunner } from 'typeorm';
import { DatabaseTime } from './database-time.js';
import { isOutage, TransactionConflict, translate } from './driver-errors.js';
import { OpenTransaction } from './open-transaction.js';
import { translated } from './retry.js';
import type { UserColumns } from './user-table.js';
import type { Dialect } from './dialect.js';

/**
 * Runs work in a transaction of this connection, or in a savepoint where one is open: all of it
 * happens, or nothing. What the work throws comes out as it is, after everything was rolled back, unless
 * it is a statement of the application that failed with the database.
 *
 * @throws ServiceUnavailableError the database is away, in the middle of it
 * @throws TransactionConflict another transaction was in the way: the work may be run again
 */
export async function runTransaction<T>(
  runner: QueryRunner,
  columns: UserColumns & { readonly dialect: Dialect },
  work: (transaction: OpenTransaction) => Promise<T>,
): Promise<T> {
  const { dialect } = columns;
  const isOutermost = !runner.isTransactionActive;
  const transaction = new OpenTransaction(
    runner.manager,
    OpenTransaction.current(runner.connection),
  );
  try {
    // The databases' defaults differ, and conditional writes judge the newest row in any case.
    const isolation = dialect === 'sqlite' ? undefined : 'READ COMMITTED';
    await translated(columns, () => runner.startTransaction(isolation));
    const result = await ended(transaction, () => transaction.enter(() => work(transaction)));
    if (transaction.hasConflict) throw new TransactionConflict();
    if (dialect === 'postgres' && isOutermost) await assertAlive(runner, columns);
    if (isOutermost) DatabaseTime.ofRequest()?.assertEnoughFor(1);
    await translated(columns, () => runner.commitTransaction());
    return result;
  } catch (error) {
    await rollBack(runner, isOutermost);
    const known = translate(error, columns);
    if (known instanceof TransactionConflict) transaction.markConflict();
    if (transaction.hasConflict) throw new TransactionConflict();
    throw isOutage(error) ? known : error;
  }
}

async function ended<T>(transaction: OpenTransaction, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await transaction.end();
  }
}

/** PostgreSQL answers the COMMIT of a failed transaction by rolling back, without an error. */
async function assertAlive(runner: QueryRunner, columns: UserColumns): Promise<void> {
  try {
    await runner.query('SELECT 1');
  } catch (error) {
    if (isOutage(error)) throw translate(error, columns);
    throw new Error(
      'A statement of the transaction failed and its error was swallowed, so that PostgreSQL commits ' +
        'nothing of it. Let the error out, or run the statement in a savepoint: `handle.transaction(…)`.',
      { cause: error },
    );
  }
}

async function rollBack(runner: QueryRunner, isOutermost: boolean): Promise<void> {
  // A savepoint that was lost with everything else must not count: this is to be a ROLLBACK.
  if (isOutermost) setState(runner, { transactionDepth: 1 });
  try {
    await runner.rollbackTransaction();
  } catch {
    // The database has done it of its own accord, or the connection is gone. On SQLite, the next
    // transaction gets the same runner, and is not to become a savepoint of this one.
    if (isOutermost) setState(runner, { isTransactionActive: false, transactionDepth: 0 });
  }
}

function setState(
  runner: QueryRunner,
  state: { isTransactionActive?: boolean; transactionDepth: number },
): void {
  Object.assign(runner, state);
}
