import type { BaseUser } from '@nestjs-users/core';

/** The rows of a {@link MemoryUserAdapter}. A row that is stored is never altered, but replaced. */
export interface Rows<U extends BaseUser> {
  get(id: U['id']): U | undefined;
  all(): readonly U[];
  ownerOf(canonicalEmail: string): U['id'] | undefined;
  put(row: U): void;
  remove(id: U['id']): void;
  /** What is written from here on was allowed because another active superuser is there. */
  relyOnSuperuser(): void;
}

/** What everybody sees. */
export class MemoryRows<U extends BaseUser> implements Rows<U> {
  readonly #rows = new Map<U['id'], U>();
  readonly #idsByEmail = new Map<string, U['id']>();

  get(id: U['id']): U | undefined {
    return this.#rows.get(id);
  }

  all(): readonly U[] {
    return [...this.#rows.values()];
  }

  ownerOf(canonicalEmail: string): U['id'] | undefined {
    return this.#idsByEmail.get(canonicalEmail);
  }

  put(row: U): void {
    this.remove(row.id);
    this.#rows.set(row.id, row);
    this.#idsByEmail.set(row.canonicalEmail, row.id);
  }

  remove(id: U['id']): void {
    const row = this.#rows.get(id);
    if (row) this.#idsByEmail.delete(row.canonicalEmail);
    this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
    this.#idsByEmail.clear();
  }

  /** Written at once, so that nobody can leave in between. */
  relyOnSuperuser(): void {}
}
