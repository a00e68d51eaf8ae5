import { type BaseUser, ServiceUnavailableError, type UserAdapter } from '@nestjs-users/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Rows } from './memory-rows.js';
import { RowsInTransaction } from './rows-in-transaction.js';

interface Place {
  readonly transaction: MemoryTransaction<BaseUser>;
  readonly outer: Place | undefined;
}

const places = new AsyncLocalStorage<Place>();
const MAX_TRIES = 20;

/** A transaction of one adapter while it runs: whatever is called inside of it takes part. */
export class MemoryTransaction<U extends BaseUser> {
  readonly rows: RowsInTransaction<U>;
  readonly #adapter: UserAdapter<U>;
  #isOver = false;

  constructor(adapter: UserAdapter<U>, below: Rows<U>) {
    this.#adapter = adapter;
    this.rows = new RowsInTransaction(below);
  }

  /** What the calling code sees of the adapter's rows, if it runs inside of a transaction. */
  static rowsOf<U extends BaseUser>(adapter: UserAdapter<U>): Rows<U> | undefined {
    for (let place = places.getStore(); place; place = place.outer) {
      const transaction = place.transaction as unknown as MemoryTransaction<U>;
      if (transaction.#adapter === adapter && !transaction.#isOver) return transaction.rows;
    }
    return undefined;
  }

  /** @throws ServiceUnavailableError when others were faster each time; and whatever the work throws */
  static async run<U extends BaseUser, T>(
    begin: () => MemoryTransaction<U>,
    work: (transaction: MemoryTransaction<U>) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const transaction = begin();
      try {
        const result = await transaction.enter(() => work(transaction));
        if (transaction.rows.commit()) return result;
      } finally {
        transaction.#isOver = true;
      }
    }
    throw new ServiceUnavailableError(1, 'Other transactions were in the way.');
  }

  /** Runs code inside of this transaction, wherever it is called from. */
  enter<T>(code: () => Promise<T>): Promise<T> {
    if (this.#isOver) {
      throw new Error(
        'The transaction is over. Whatever belongs to it must be awaited inside of it.',
      );
    }
    const transaction = this as unknown as MemoryTransaction<BaseUser>;
    return places.run({ transaction, outer: places.getStore() }, code);
  }
}
