import {
  type AdapterTransaction,
  type BaseUser,
  LastSuperuserError,
  UserAlreadyExistsError,
} from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rule } from './rule.js';
import type { StoreUnderTest } from './store-under-test.js';

/** An application's own error: an answer that is none of the library's business. */
class Refusal extends Error {}

export function transactionContract(rule: Rule): void {
  rule('keeps everything, once the work has ended, and answers what it answers', async (store) => {
    const [changed, deleted] = [await store.add(), await store.add()];
    const created = await begin(store, async ({ adapter }) => {
      const user = await adapter.create(store.columns());
      assert.deepEqual(await adapter.findById(user.id), user);
      assert.ok(await adapter.update(changed.id, { isVerified: true }));
      assert.equal(await adapter.delete(deleted.id), true);
      assert.equal(await adapter.findById(deleted.id), null);
      return user;
    });
    await store.expectUnchanged(created);
    assert.equal((await store.adapter.findById(changed.id))?.isVerified, true);
    assert.equal((await store.all()).length, 2);
  });

  rule('leaves nothing of it where the work throws, and throws the same', async (store) => {
    const [changed, deleted] = [await store.add(), await store.add()];
    const { canonicalEmail } = store.columns();
    const refusal = new Refusal('no');
    const outcome = begin(store, async ({ adapter }) => {
      await adapter.create(store.columns({ canonicalEmail }));
      await adapter.update(changed.id, { isVerified: true, pendingEmail: 'new@example.org' });
      await adapter.delete(deleted.id);
      throw refusal;
    });
    await assert.rejects(outcome, (error) => error === refusal);
    assert.equal((await store.all()).length, 2);
    await store.expectUnchanged(changed);
    await store.expectUnchanged(deleted);
    await store.add({ canonicalEmail });
  });

  rule('shows nothing to others before its end', async (store) => {
    const { canonicalEmail } = store.columns();
    const isStored = async (): Promise<boolean> =>
      (await store.other.findByCanonicalEmail(canonicalEmail)) !== null;
    await whileOpen(
      store,
      ({ adapter }) => adapter.create(store.columns({ canonicalEmail })),
      async () => assert.equal(await isStored(), false),
    );
    assert.equal(await isStored(), false);
  });

  rule('takes nothing along that others write meanwhile', async (store) => {
    const user = await store.add();
    const others: BaseUser[] = [];
    await whileOpen(
      store,
      ({ adapter }) => adapter.create(store.columns()),
      async () => {
        const created = await store.race(10, (adapter) => adapter.create(store.columns()));
        others.push(...created);
        assert.ok(await store.other.update(user.id, { isVerified: true }));
      },
    );
    for (const other of others) await store.expectUnchanged(other);
    assert.equal((await store.all()).length, 11);
    assert.equal((await store.adapter.findById(user.id))?.isVerified, true);
  });

  rule('can go on after a refusal inside of it', async (store) => {
    const { id, canonicalEmail } = await store.add();
    const created = await begin(store, async ({ adapter }) => {
      const user = await adapter.create(store.columns());
      const taken = store.columns({ canonicalEmail });
      await assert.rejects(adapter.create(taken), UserAlreadyExistsError);
      const changes = { canonicalEmail };
      await assert.rejects(adapter.update(user.id, changes), UserAlreadyExistsError);
      assert.ok(await adapter.update(id, { isVerified: true }));
      return user;
    });
    await store.expectUnchanged(created);
    assert.equal((await store.adapter.findById(id))?.isVerified, true);
  });

  rule('keeps expectations, uniqueness and the last superuser inside of it', async (store) => {
    const last = await store.addSuperuser();
    const { canonicalEmail, securityStamp } = await store.add();
    await begin(store, async ({ adapter }) => {
      const expected = { securityStamp };
      assert.equal(await adapter.update(last.id, { isVerified: true }, { expected }), null);
      assert.equal(await adapter.delete(last.id, { expected }), false);
      await assert.rejects(
        adapter.create(store.columns({ canonicalEmail })),
        UserAlreadyExistsError,
      );
      const options = { keepSuperuser: true };
      await assert.rejects(adapter.delete(last.id, options), LastSuperuserError);
      const demotion = adapter.update(last.id, { isSuperuser: false }, options);
      await assert.rejects(demotion, LastSuperuserError);

      const next = await adapter.create(store.columns({ isSuperuser: true }));
      assert.ok(await adapter.update(last.id, { isSuperuser: false }, options));
      await assert.rejects(adapter.delete(next.id, options), LastSuperuserError);
    });
    assert.equal((await store.adapter.findById(last.id))?.isSuperuser, false);
  });

  rule('takes calls of the adapter itself along, if they are made inside', async (store) => {
    const user = await store.add();
    const outcome = begin(store, async ({ adapter }) => {
      const { id } = await adapter.create(store.columns());
      assert.ok(await store.adapter.update(id, { isVerified: true }));
      assert.ok(await store.adapter.update(user.id, { isVerified: true }));
      assert.equal((await adapter.findById(user.id))?.isVerified, true);
      throw new Refusal();
    });
    await assert.rejects(outcome, Refusal);
    assert.deepEqual(await store.all(), [user]);
  });

  rule('is part of the transaction in which it begins', async (store) => {
    const outcome = begin(store, async ({ adapter }) => {
      const kept = await adapter.create(store.columns());
      const inner = begin({ adapter }, async (nested) => {
        await nested.adapter.update(kept.id, { isVerified: true });
        throw new Refusal('inner');
      });
      await assert.rejects(inner, /inner/);
      assert.equal((await adapter.findById(kept.id))?.isVerified, false);
      await begin({ adapter }, (nested) => nested.adapter.create(store.columns()));
      assert.equal((await adapter.list({ limit: 10 })).length, 2);
      throw new Refusal('outer');
    });
    await assert.rejects(outcome, /outer/);
    assert.deepEqual(await store.all(), []);
  });

  rule('lets exactly one of ten register an address at the same time', async (store) => {
    for (let round = 0; round < 3; round++) {
      const { canonicalEmail } = store.columns();
      const outcomes = await store.race(10, (view) =>
        begin({ adapter: view }, async ({ adapter }) => {
          const user = await adapter.create(store.columns({ canonicalEmail }));
          assert.ok(await adapter.update(user.id, { isVerified: true }));
        }).catch((error: unknown) => error),
      );
      const refused = outcomes.filter((outcome) => outcome instanceof Error);
      for (const error of refused) assert.ok(error instanceof UserAlreadyExistsError, error.stack);
      assert.equal(refused.length, 9);
      const stored = await store.adapter.findByCanonicalEmail(canonicalEmail);
      assert.equal(stored?.isVerified, true);
    }
  });

  rule('keeps one of two superusers who remove each other at the same time', async (store) => {
    for (let round = 0; round < 10; round++) {
      await store.empty();
      const users = [await store.addSuperuser(), await store.addSuperuser()] as const;
      const outcomes = await store.race(2, (view, index) =>
        begin({ adapter: view }, ({ adapter }) =>
          adapter.delete(users[index]!.id, { keepSuperuser: true }),
        ).catch((error: unknown) => error),
      );
      const refused = outcomes.filter((outcome) => outcome instanceof LastSuperuserError);
      assert.deepEqual([refused.length, (await store.all()).length], [1, 1]);
    }
  });

  rule('answers nobody any more after its end', async (store) => {
    const { adapter } = await begin(store, async (transaction) => transaction);
    await assert.rejects(adapter.create(store.columns()));
    assert.deepEqual(await store.all(), []);
  });
}

/** The rules of a store that has none. */
export function noTransactionContract(rule: Rule): void {
  rule('has no transaction(), as the suite was told', async ({ adapter }) => {
    assert.equal(adapter.transaction, undefined, 'leave out `hasTransactions: false`');
  });
}

function begin<T>(
  { adapter }: Pick<StoreUnderTest, 'adapter'>,
  work: (transaction: AdapterTransaction) => Promise<T>,
): Promise<T> {
  assert.ok(
    adapter.transaction,
    'the adapter lacks transaction(); if its store has none, say `hasTransactions: false`',
  );
  return adapter.transaction(work);
}

/**
 * Calls others after the transaction's work, outside of it, and then rolls back. A store may make
 * them wait for its end: it comes as soon as they are done, or in a moment.
 */
async function whileOpen(
  store: StoreUnderTest,
  work: (transaction: AdapterTransaction) => Promise<unknown>,
  others: () => Promise<void>,
): Promise<void> {
  let call!: () => void;
  const called = new Promise<void>((resolve) => {
    call = resolve;
  }).then(others);
  const outcome = begin(store, async (transaction) => {
    await work(transaction);
    call();
    await Promise.race([called, sleep(100)]);
    throw new Refusal();
  });
  await assert.rejects(outcome, Refusal);
  await called;
}
