import type { UserAdapter } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { compareAndSetContract } from './compare-and-set.contract.js';
import { createContract } from './create.contract.js';
import { dataContract } from './data.contract.js';
import { deleteContract } from './delete.contract.js';
import { findContract } from './find.contract.js';
import { keepSuperuserContract } from './keep-superuser.contract.js';
import { listContract } from './list.contract.js';
import { parseIdContract } from './parse-id.contract.js';
import { StoreUnderTest } from './store-under-test.js';
import type { TestFramework } from './test-framework.js';
import { noTransactionContract, transactionContract } from './transaction.contract.js';
import { updateContract } from './update.contract.js';

/** What {@link UserAdapterSuite.setUp} makes. @publicApi */
export interface UserAdapterSetUp {
  /** The adapter to judge, on an empty store. The suite deletes every user in it. */
  readonly adapter: UserAdapter;
  /**
   * A second adapter on the same store with connections of its own, as a second process has. The
   * races are then run between the two. Default: the same adapter.
   */
  readonly other?: UserAdapter;
  /** Runs after the last test: drop the tables, close the connections. */
  readonly tearDown?: () => unknown;
}

/** What {@link describeUserAdapter} is told. @publicApi */
export interface UserAdapterSuite {
  /** Title of the suite. */
  readonly name: string;
  /** The test runner's functions. */
  readonly framework: TestFramework;
  /** Makes the adapter, once, before the first test. */
  readonly setUp: () => UserAdapterSetUp | Promise<UserAdapterSetUp>;
  /** The entity's own columns that every row needs, with other values at each call where they are unique. */
  readonly ownColumns?: () => Record<string, unknown>;
  /**
   * `false` for a store that has no transactions: its adapter must not have `transaction()` then, and
   * applications with `@During…()` listeners refuse to boot on it. Default `true`.
   */
  readonly hasTransactions?: boolean;
}

const CONTRACT = {
  create: createContract,
  'findById and findByCanonicalEmail': findContract,
  parseId: parseIdContract,
  update: updateContract,
  'expected (compare-and-set)': compareAndSetContract,
  delete: deleteContract,
  keepSuperuser: keepSuperuserContract,
  list: listContract,
  'values and errors': dataContract,
};

/**
 * The contract of {@link UserAdapter} as tests: whoever writes an adapter runs it on theirs. Each
 * rule is one test and begins with an empty store; nothing else may write to the store meanwhile.
 *
 * @example
 * import { afterAll, beforeAll, describe, it } from 'vitest';
 *
 * describeUserAdapter({
 *   name: 'MyUserAdapter',
 *   framework: { describe, it, beforeAll, afterAll },
 *   setUp: async () => {
 *     const database = await openTestDatabase();
 *     return { adapter: new MyUserAdapter(database), tearDown: () => database.close() };
 *   },
 * });
 * @publicApi
 */
export function describeUserAdapter(suite: UserAdapterSuite): void {
  const { describe, it, beforeAll, afterAll } = suite.framework;

  describe(suite.name, () => {
    let store: StoreUnderTest;
    let tearDown: UserAdapterSetUp['tearDown'];

    beforeAll(async () => {
      const made = await suite.setUp();
      tearDown = made.tearDown;
      store = new StoreUnderTest(
        made.adapter,
        made.other ?? made.adapter,
        suite.ownColumns ?? (() => ({})),
      );
      // The tests delete whom they find: never begin in a store that somebody uses.
      assert.deepEqual(await made.adapter.list({ limit: 1 }), [], 'setUp must give an empty store');
    });

    afterAll(async () => {
      await tearDown?.();
    });

    const transaction =
      suite.hasTransactions === false ? noTransactionContract : transactionContract;
    for (const [part, contract] of Object.entries({ ...CONTRACT, transaction })) {
      describe(part, () => {
        contract((title, check) =>
          it(title, async () => {
            await store.empty();
            await check(store);
          }),
        );
      });
    }
  });
}
