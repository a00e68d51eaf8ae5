import type { BaseUser } from '@nestjs-users/core';
import { isActiveSuperuser } from './is-active-superuser.js';
import type { Rows } from './memory-rows.js';

/** What a transaction sees: the rows below it, under those that it has written itself. */
export class RowsInTransaction<U extends BaseUser> implements Rows<U> {
  readonly #below: Rows<U>;
  /** By id; `undefined` for a row that is deleted. */
  readonly #written = new Map<U['id'], U | undefined>();
  /** What was there before the first write of each. */
  readonly #before = new Map<U['id'], U | undefined>();
  #needsSuperuser = false;

  constructor(below: Rows<U>) {
    this.#below = below;
  }

  get(id: U['id']): U | undefined {
    return this.#written.has(id) ? this.#written.get(id) : this.#below.get(id);
  }

  all(): readonly U[] {
    const others = this.#below.all().filter(({ id }) => !this.#written.has(id));
    return [...others, ...this.#stored()];
  }

  ownerOf(canonicalEmail: string): U['id'] | undefined {
    const own = this.#stored().find((row) => row.canonicalEmail === canonicalEmail);
    if (own) return own.id;
    const owner = this.#below.ownerOf(canonicalEmail);
    return owner !== undefined && this.#written.has(owner) ? undefined : owner;
  }

  put(row: U): void {
    this.#write(row.id, row);
  }

  remove(id: U['id']): void {
    this.#write(id, undefined);
  }

  relyOnSuperuser(): void {
    this.#needsSuperuser = true;
  }

  /** Makes it all visible below, in one step; `false`, with nothing done, if others were faster. */
  commit(): boolean {
    if (!this.#isSound()) return false;
    if (this.#needsSuperuser) this.#below.relyOnSuperuser();
    for (const id of this.#written.keys()) this.#below.remove(id);
    for (const row of this.#stored()) this.#below.put(row);
    return true;
  }

  #isSound(): boolean {
    const isUntouched = [...this.#before].every(([id, row]) => this.#below.get(id) === row);
    const areUnique = this.#stored().every((row) => this.#isFree(row.canonicalEmail));
    return (
      isUntouched && areUnique && (!this.#needsSuperuser || this.all().some(isActiveSuperuser))
    );
  }

  #isFree(canonicalEmail: string): boolean {
    const owner = this.#below.ownerOf(canonicalEmail);
    return owner === undefined || this.#written.has(owner);
  }

  #write(id: U['id'], row: U | undefined): void {
    if (!this.#before.has(id)) this.#before.set(id, this.#below.get(id));
    this.#written.set(id, row);
  }

  #stored(): U[] {
    return [...this.#written.values()].filter((row) => row !== undefined);
  }
}
