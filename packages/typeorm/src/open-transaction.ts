import { ServiceUnavailableError } from '@nestjs-users/core';
import type { DataSource, EntityManager } from 'typeorm';
import { TransactionConflict, translate } from './driver-errors.js';
import { Scope } from './scope.js';
import type { UserColumns } from './user-table.js';

/** Where a piece of code runs: in which transaction, and whether in the middle of one of its calls. */
interface Place {
  readonly transaction: OpenTransaction;
  readonly hasTurn: boolean;
  readonly outer: Place | undefined;
}

const places = new Scope<Place>();

/**
 * A transaction while it runs. Calls of any adapter of its data source that are made inside of it
 * find it by their asynchronous context, and take part: on a connection of their own they would see
 * nothing of it, and wait for ever where there is no second connection.
 */
export class OpenTransaction {
  #isOver = false;
  #hasConflict = false;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(
    readonly manager: EntityManager,
    /** The transaction that this one is a savepoint of. */
    readonly parent?: OpenTransaction,
  ) {}

  /** The innermost transaction of this data source that the calling code runs in. */
  static current(dataSource: DataSource): OpenTransaction | undefined {
    for (let place = places.current; place; place = place.outer) {
      const { transaction } = place;
      if (!transaction.#isOver && transaction.manager.connection === dataSource) return transaction;
    }
    return undefined;
  }

  /** Runs work that takes no part in any transaction, wherever it is called from. */
  static outside<T>(work: () => Promise<T>): Promise<T> {
    return places.leave(work);
  }

  /** Another transaction was in the way: the database has undone this one, or will not go on with it. */
  get hasConflict(): boolean {
    return this.#hasConflict;
  }

  /** Also if the code inside goes on as if nothing had happened. */
  markConflict(): void {
    this.#hasConflict = true;
    this.parent?.markConflict();
  }

  /** Resolves when no call is under way: nothing may be written behind the end. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#lastTurn;
  }

  /** Runs code inside of this transaction, wherever it is called from. */
  enter<T>(code: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const current = OpenTransaction.current(this.manager.connection);
    return current?.isWithin(this) ? code() : this.#runAt(false, code);
  }

  /** One call of an adapter. Only translated errors get out. */
  call<T>(columns: UserColumns, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      this.#assertOpen();
      if (this.#hasConflict) throw inTheWay();
      try {
        return await work(this.manager);
      } catch (error) {
        const translated = translate(error, columns);
        if (!(translated instanceof TransactionConflict)) throw translated;
        this.markConflict();
        throw inTheWay();
      }
    });
  }

  /**
   * After what was called before: a savepoint must not end another one's. What is called in the
   * middle of a call (by a subscriber, say) belongs to it.
   */
  async inTurn<T>(code: () => Promise<T>): Promise<T> {
    if (this.#hasTurn) return code();
    const before = this.#lastTurn;
    let end!: () => void;
    this.#lastTurn = new Promise<void>((resolve) => {
      end = resolve;
    });
    try {
      await before;
      return await this.#runAt(true, code);
    } finally {
      end();
    }
  }

  isWithin(other: OpenTransaction): boolean {
    return this === other || this.parent?.isWithin(other) === true;
  }

  #assertOpen(): void {
    if (!this.#isOver) return;
    throw new Error(
      'The transaction is over. Whatever belongs to it must be awaited inside of it.',
    );
  }

  get #hasTurn(): boolean {
    const place = places.current;
    return place?.transaction === this && place.hasTurn;
  }

  #runAt<T>(hasTurn: boolean, code: () => Promise<T>): Promise<T> {
    return places.run({ transaction: this, hasTurn, outer: places.current }, code);
  }
}

function inTheWay(): ServiceUnavailableError {
  return new ServiceUnavailableError(1, 'Other transactions were in the way.');
}
