import {
  type AdapterTransaction,
  type BaseUser,
  type NewUser,
  UserAdapter,
  type UserChanges,
  type UserListQuery,
  type UserWriteOptions,
} from '@nestjs-users/core';
import type { MemoryTransaction } from './memory-transaction.js';

/** An adapter whose calls are part of one transaction, also where the context was lost on the way. */
export class TransactionUserAdapter<U extends BaseUser> extends UserAdapter<U> {
  readonly #adapter: UserAdapter<U>;
  readonly #transaction: MemoryTransaction<U>;

  constructor(adapter: UserAdapter<U>, transaction: MemoryTransaction<U>) {
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
