import type { BaseUser } from './user.js';
import {
  type AdapterTransaction,
  type NewUser,
  UserAdapter,
  type UserChanges,
  type UserListQuery,
  type UserWriteOptions,
} from './user.adapter.js';

/** A transaction, as far as {@link TransactionUserAdapter} knows it. @publicApi */
export interface EnterableTransaction {
  /** Runs a call of the adapter inside of it. Throws or rejects once the transaction is over. */
  enter<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * The adapter that `UserAdapter.transaction()` hands to its work, for adapters whose calls find their
 * transaction by the asynchronous context: each call enters it anew, so it takes part also where that
 * context was lost on the way (an event emitter, a pool of callbacks).
 *
 * @example
 * ```ts
 * return work({ adapter: new TransactionUserAdapter(this, transaction), handle: manager });
 * ```
 *
 * @publicApi
 */
export class TransactionUserAdapter<U extends BaseUser> extends UserAdapter<U> {
  readonly #adapter: UserAdapter<U>;
  readonly #transaction: EnterableTransaction;

  /**
   * @param adapter - one that has `transaction()`
   * @param transaction - the one that its calls belong to
   */
  constructor(adapter: UserAdapter<U>, transaction: EnterableTransaction) {
    super();
    this.#adapter = adapter;
    this.#transaction = transaction;
  }

  parseId(text: unknown): U['id'] | undefined {
    return this.#adapter.parseId(text);
  }

  async findById(id: U['id']): Promise<U | null> {
    return this.#transaction.enter(() => this.#adapter.findById(id));
  }

  async findByCanonicalEmail(canonicalEmail: string): Promise<U | null> {
    return this.#transaction.enter(() => this.#adapter.findByCanonicalEmail(canonicalEmail));
  }

  async list(query: UserListQuery<U>): Promise<U[]> {
    return this.#transaction.enter(() => this.#adapter.list(query));
  }

  async create(user: NewUser<U>): Promise<U> {
    return this.#transaction.enter(() => this.#adapter.create(user));
  }

  async update(
    id: U['id'],
    changes: UserChanges<U>,
    options?: UserWriteOptions,
  ): Promise<U | null> {
    return this.#transaction.enter(() => this.#adapter.update(id, changes, options));
  }

  async delete(id: U['id'], options?: UserWriteOptions): Promise<boolean> {
    return this.#transaction.enter(() => this.#adapter.delete(id, options));
  }

  override async transaction<T>(
    work: (transaction: AdapterTransaction<U>) => Promise<T>,
  ): Promise<T> {
    return this.#transaction.enter(() => this.#adapter.transaction!(work));
  }
}
