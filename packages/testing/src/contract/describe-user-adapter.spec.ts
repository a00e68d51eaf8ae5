import {
  type AdapterTransaction,
  type BaseUser,
  type NewUser,
  UserAlreadyExistsError,
  type UserChanges,
  type UserId,
  type UserListQuery,
  type UserWriteOptions,
} from '@nestjs-users/core';
import { AsyncResource } from 'node:async_hooks';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MemoryUserAdapter } from '../memory/memory.user-adapter.js';
import {
  describeUserAdapter,
  type UserAdapterSetUp,
  type UserAdapterSuite,
} from './describe-user-adapter.js';
import type { TestFramework } from './test-framework.js';

/** Runs the suite by a small runner of its own and answers the titles of the rules that are broken. */
async function brokenRules(
  setUp: () => UserAdapterSetUp,
  options: Partial<UserAdapterSuite> = {},
): Promise<string[]> {
  const tests: { title: string; body: () => Promise<void> }[] = [];
  const hooks: Record<string, () => Promise<void>> = {};
  const path: string[] = [];
  const framework: TestFramework = {
    describe: (title, body) => {
      path.push(title);
      body();
      path.pop();
    },
    it: (title, body) => tests.push({ title: [...path.slice(1), title].join(': '), body }),
    beforeAll: (body) => (hooks.before = body),
    afterAll: (body) => (hooks.after = body),
  };
  describeUserAdapter({ name: 'adapter', framework, setUp, ...options });

  const broken: string[] = [];
  await hooks.before?.();
  for (const { title, body } of tests) await body().catch(() => broken.push(title));
  await hooks.after?.();
  return broken;
}

/** Every mistake that the contract is there for, and the rule that finds it. */
const FAULTS: readonly [string, new () => MemoryUserAdapter, RegExp][] = [
  [
    'undefined finds the first row',
    class extends MemoryUserAdapter {
      override async findById(id: UserId) {
        return id === undefined ? ((await this.list({ limit: 1 }))[0] ?? null) : super.findById(id);
      }
    },
    /finds nobody by any other value in place of an id/,
  ],
  [
    'addresses are compared without regard to case',
    class extends MemoryUserAdapter {
      override findByCanonicalEmail(email: string) {
        return super.findByCanonicalEmail(String(email).toLowerCase());
      }
    },
    /finds nobody by any other value in place of an address/,
  ],
  [
    'addresses are patterns',
    class extends MemoryUserAdapter {
      override async findByCanonicalEmail(email: string) {
        const pattern = new RegExp(`^${String(email).replaceAll('%', '.*').replace('+', '\\+')}$`);
        const rows = await this.list({ limit: 1000 });
        return rows.find((row) => pattern.test(row.canonicalEmail)) ?? null;
      }
    },
    /finds nobody by any other value in place of an address/,
  ],
  [
    'ids are read by Number()',
    class extends MemoryUserAdapter {
      constructor() {
        super({ ids: 'integer' });
      }
      override parseId(text: unknown) {
        return Number.isNaN(Number(text)) ? undefined : Number(text);
      }
    },
    /refuses every other spelling of an id/,
  ],
  [
    'rows are handed out as they are',
    class extends MemoryUserAdapter {
      readonly #seen = new Map<UserId, BaseUser>();
      override async findById(id: UserId) {
        const row = this.#seen.get(id) ?? (await super.findById(id));
        if (row) this.#seen.set(id, row);
        return row;
      }
    },
    /hands out objects that share nothing with the store/,
  ],
  [
    'uniqueness is looked up before it is written',
    class extends MemoryUserAdapter {
      override async create(user: NewUser<BaseUser>) {
        if (await this.findByCanonicalEmail(user.canonicalEmail))
          throw new UserAlreadyExistsError();
        await yieldToOthers();
        const row = await super.create({ ...user, canonicalEmail: `${Math.random()}` });
        return { ...row, canonicalEmail: user.canonicalEmail };
      }
    },
    /lets exactly one of ten concurrent registrations/,
  ],
  [
    'a taken address is an error of the driver, with its parameters',
    class extends MemoryUserAdapter {
      override async create(user: NewUser<BaseUser>) {
        return super.create(user).catch(() => {
          throw Object.assign(new Error('duplicate key'), { parameters: Object.values(user) });
        });
      }
    },
    /tells no value of a user in an error/,
  ],
  [
    'the whole row is written back',
    class extends MemoryUserAdapter {
      override async update(
        id: UserId,
        changes: UserChanges<BaseUser>,
        options?: UserWriteOptions,
      ) {
        const row = await this.findById(id);
        await yieldToOthers();
        return row && super.update(id, { ...row, ...changes }, options);
      }
    },
    /keeps both of two concurrent changes of different columns/,
  ],
  [
    'expectations are looked up before the write',
    class extends MemoryUserAdapter {
      override async update(
        id: UserId,
        changes: UserChanges<BaseUser>,
        options: UserWriteOptions = {},
      ) {
        const { expected = {}, keepSuperuser = false } = options;
        const row = await this.findById(id);
        await yieldToOthers();
        const isAsExpected = Object.entries(expected).every(
          ([key, value]) => row?.[key as 'id'] === value,
        );
        return isAsExpected ? super.update(id, changes, { keepSuperuser }) : null;
      }
    },
    /lets exactly one of ten writers with one expectation through/,
  ],
  [
    'undefined expectations are left out',
    class extends MemoryUserAdapter {
      override update(id: UserId, changes: UserChanges<BaseUser>, options: UserWriteOptions = {}) {
        const given = Object.entries(options.expected ?? {}).filter(
          ([, value]) => value !== undefined,
        );
        return super.update(id, changes, { ...options, expected: Object.fromEntries(given) });
      }
    },
    /takes an undefined expectation as one that fails/,
  ],
  [
    'superusers are counted before the write',
    class extends MemoryUserAdapter {
      override async update(
        id: UserId,
        changes: UserChanges<BaseUser>,
        options: UserWriteOptions = {},
      ) {
        const where = { isSuperuser: true, isActive: true };
        const hasOther = (await this.list({ limit: 2, where })).length > 1;
        await yieldToOthers();
        return super.update(id, changes, {
          ...options,
          keepSuperuser: options.keepSuperuser === true && !hasOther,
        });
      }
    },
    /keeps one of two superusers who remove each other/,
  ],
  [
    'keepSuperuser is ignored',
    class extends MemoryUserAdapter {
      override delete(id: UserId, { keepSuperuser: _ignored, ...options }: UserWriteOptions = {}) {
        return super.delete(id, options);
      }
    },
    /refuses to lose the last active superuser/,
  ],
  [
    'no change is taken for no row',
    class extends MemoryUserAdapter {
      override async update(
        id: UserId,
        changes: UserChanges<BaseUser>,
        options?: UserWriteOptions,
      ) {
        const before = await this.findById(id);
        const after = await super.update(id, changes, options);
        const isChanged = Object.keys(changes).some(
          (key) => before?.[key as 'id'] !== after?.[key as 'id'],
        );
        return isChanged ? after : null;
      }
    },
    /answers the row when nothing changes/,
  ],
  [
    'an update brings a deleted row back',
    class extends MemoryUserAdapter {
      override async update(
        id: UserId,
        changes: UserChanges<BaseUser>,
        options?: UserWriteOptions,
      ) {
        const before = await this.findById(id);
        await yieldToOthers();
        const after = await super.update(id, changes, options);
        return (
          after ?? (before && this.create({ ...before, hashedPassword: null, securityStamp: '' }))
        );
      }
    },
    /is not undone by an update at the same time|does not bring it back/,
  ],
  [
    'pages begin at the id instead of after it',
    class extends MemoryUserAdapter {
      override async list({ after, ...query }: UserListQuery) {
        const rows = await super.list({ ...query, limit: 1000 });
        const begin = after === undefined ? 0 : rows.findIndex(({ id }) => id === after);
        return rows.slice(begin, begin + query.limit);
      }
    },
    /begins after any id, exclusively/,
  ],
  [
    'the text to search for is a pattern',
    class extends MemoryUserAdapter {
      override async list({ search = '', ...query }: UserListQuery) {
        const literal = search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const pattern = new RegExp(literal.replaceAll('%', '.*').replaceAll('_', '.'));
        const rows = await super.list({ ...query, limit: 1000 });
        return rows
          .filter(({ canonicalEmail }) => pattern.test(canonicalEmail))
          .slice(0, query.limit);
      }
    },
    /finds whose canonical address contains a text/,
  ],
  [
    'the text to search for is lower-cased',
    class extends MemoryUserAdapter {
      override list({ search = '', ...query }: UserListQuery) {
        return super.list({ ...query, search: search.toLowerCase() });
      }
    },
    /finds whose canonical address contains a text/,
  ],
  [
    'a pending address is not kept',
    class extends MemoryUserAdapter {
      override create(user: NewUser<BaseUser>) {
        return super.create({ ...user, pendingEmail: null });
      }
    },
    /stores the same pending address for several users/,
  ],
  [
    'a transaction only calls',
    class extends MemoryUserAdapter {
      override transaction<T>(work: (transaction: AdapterTransaction) => Promise<T>): Promise<T> {
        return work({ adapter: this, handle: undefined });
      }
    },
    /leaves nothing of it where the work throws/,
  ],
  [
    'a transaction undoes its own writes by hand, so that others see them',
    class extends MemoryUserAdapter {
      override async transaction<T>(
        work: (transaction: AdapterTransaction) => Promise<T>,
      ): Promise<T> {
        const before = await this.list({ limit: 1000 });
        return work({ adapter: this, handle: undefined }).catch(async (error: unknown) => {
          for (const { id } of await this.list({ limit: 1000 })) {
            if (!before.some((row) => row.id === id)) await this.delete(id);
          }
          throw error;
        });
      }
    },
    /shows nothing to others before its end[^]*takes nothing along that others write meanwhile/,
  ],
  [
    'an error comes out of a transaction in another one',
    class extends MemoryUserAdapter {
      override transaction<T>(work: (transaction: AdapterTransaction) => Promise<T>): Promise<T> {
        return super.transaction(work).catch((cause: unknown) => {
          throw new Error('The transaction failed.', { cause });
        });
      }
    },
    /leaves nothing of it where the work throws, and throws the same/,
  ],
  [
    'the adapter itself does not take part in its transaction',
    class extends MemoryUserAdapter {
      readonly #outside = new AsyncResource('outside');
      override transaction<T>(work: (transaction: AdapterTransaction) => Promise<T>): Promise<T> {
        return super.transaction((transaction) =>
          this.#outside.runInAsyncScope(() => work(transaction)),
        );
      }
    },
    /takes calls of the adapter itself along/,
  ],
  [
    'transaction() is missing',
    class extends MemoryUserAdapter {
      constructor() {
        super();
        Object.defineProperty(this, 'transaction', { value: undefined });
      }
    },
    /transaction: keeps everything/,
  ],
  [
    'long values are cut',
    class extends MemoryUserAdapter {
      override create(user: NewUser<BaseUser>) {
        return super.create({ ...user, email: user.email.slice(0, 255) });
      }
    },
    /keeps a value or refuses it, but never shortens it/,
  ],
];

describe('describeUserAdapter', () => {
  it('finds nothing wrong with an adapter that keeps the contract', async () => {
    expect(await brokenRules(() => ({ adapter: new MemoryUserAdapter() }))).toEqual([]);
  });

  it.each(FAULTS)('finds out that %s', async (_fault, Faulty, rule) => {
    const broken = await brokenRules(() => ({ adapter: new Faulty() }));
    expect(broken.join('\n')).toMatch(rule);
  });

  it('leaves the rules of transactions out for a store that says to have none, and only then', async () => {
    const broken = await brokenRules(() => ({ adapter: new MemoryUserAdapter() }), {
      hasTransactions: false,
    });
    expect(broken).toEqual(['transaction: has no transaction(), as the suite was told']);
    const adapter = new MemoryUserAdapter();
    Object.defineProperty(adapter, 'transaction', { value: undefined });
    expect(await brokenRules(() => ({ adapter }), { hasTransactions: false })).toEqual([]);
  });

  it('refuses to begin in a store that somebody uses', async () => {
    const adapter = new MemoryUserAdapter();
    await adapter.create({ canonicalEmail: 'anna@example.org' } as NewUser<BaseUser>);
    await expect(brokenRules(() => ({ adapter }))).rejects.toThrow(
      'setUp must give an empty store',
    );
    expect(await adapter.list({ limit: 10 })).toHaveLength(1);
  });

  it('gives the rows the own columns of the entity, and tears down at the end', async () => {
    const adapter = new MemoryUserAdapter();
    const rows: BaseUser[] = [];
    const log: string[] = [];
    const create = adapter.create.bind(adapter);
    adapter.create = async (user) => {
      rows.push(await create(user));
      return rows.at(-1)!;
    };
    const framework: TestFramework = {
      describe: (_title, body) => body(),
      it: (_title, body) => log.push('it') && tests.push(body),
      beforeAll: (body) => tests.push(body),
      afterAll: (body) => last.push(body),
    };
    const tests: (() => Promise<void>)[] = [];
    const last: (() => Promise<void>)[] = [];
    describeUserAdapter({
      name: 'adapter',
      framework,
      setUp: () => ({ adapter, tearDown: () => log.push('tear down') }),
      ownColumns: () => ({ nickname: 'x' }),
    });
    for (const body of [...tests.slice(0, 2), ...last]) await body();
    expect(rows[0]).toMatchObject({ nickname: 'x' });
    expect(log.at(-1)).toBe('tear down');
  });
});
