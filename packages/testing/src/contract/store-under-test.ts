import type { BaseUser, NewUser, UserAdapter } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

/** A new row's columns, the application's own ones included. */
export type Columns = Partial<NewUser<BaseUser>> & Record<string, unknown>;

/** The store that the rules are tried on, and what most of them need. */
export class StoreUnderTest {
  constructor(
    readonly adapter: UserAdapter,
    /** Another process' view of the same store; the same adapter if there is none. */
    readonly other: UserAdapter,
    private readonly ownColumns: () => Record<string, unknown>,
  ) {}

  /** Columns of a user whom nobody else resembles. */
  columns(columns: Columns = {}): NewUser<BaseUser> {
    const name = `user-${randomBytes(8).toString('hex')}`;
    return {
      email: `${name.toUpperCase()}@example.org`,
      canonicalEmail: `${name}@example.org`,
      pendingEmail: null,
      hashedPassword: `$none$${randomBytes(16).toString('hex')}`,
      securityStamp: randomBytes(16).toString('hex'),
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      // Whole seconds: a store may keep no more. Long ago: an update must be seen in `updatedAt`.
      createdAt: new Date('2020-02-29T12:34:56Z'),
      updatedAt: new Date('2020-02-29T12:34:56Z'),
      ...this.ownColumns(),
      ...columns,
    };
  }

  add(columns: Columns = {}): Promise<BaseUser> {
    return this.adapter.create(this.columns(columns));
  }

  addSuperuser(columns: Columns = {}): Promise<BaseUser> {
    return this.add({ isSuperuser: true, ...columns });
  }

  /** Adds users one after the other and answers them in the store's order. */
  async addMany(count: number): Promise<BaseUser[]> {
    for (let added = 0; added < count; added++) await this.add();
    return this.all();
  }

  all(): Promise<BaseUser[]> {
    return this.adapter.list({ limit: 1000 });
  }

  /** Calls with both views in turn, all at the same time. */
  race<T>(count: number, call: (adapter: UserAdapter, index: number) => Promise<T>): Promise<T[]> {
    const views = [this.adapter, this.other] as const;
    return Promise.all(Array.from({ length: count }, (_, index) => call(views[index % 2]!, index)));
  }

  /** Fails unless the row is stored exactly as given. */
  async expectUnchanged(user: BaseUser): Promise<void> {
    const row = await this.adapter.findById(user.id);
    assert.ok(row, 'the row is gone');
    assert.deepEqual({ ...row }, { ...user });
  }

  async empty(): Promise<void> {
    for (const { id } of await this.all()) await this.adapter.delete(id);
  }
}
