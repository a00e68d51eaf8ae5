import {
  type BaseUser,
  LastSuperuserError,
  ServiceUnavailableError,
  type UserAdapter,
} from '@nestjs-users/core';
import assert from 'node:assert/strict';
import type { Rule } from './rule.js';
import type { StoreUnderTest } from './store-under-test.js';

type Loss = (adapter: UserAdapter, user: BaseUser) => Promise<unknown>;

const keepSuperuser = true;

/** The three ways to lose a superuser. */
const LOSSES: readonly Loss[] = [
  (adapter, { id }) => adapter.update(id, { isSuperuser: false }, { keepSuperuser }),
  (adapter, { id }) => adapter.update(id, { isActive: false }, { keepSuperuser }),
  (adapter, { id }) => adapter.delete(id, { keepSuperuser }),
];

export function keepSuperuserContract(rule: Rule): void {
  rule('refuses to lose the last active superuser and changes nothing', async (store) => {
    const last = await store.addSuperuser();
    const others = [
      await store.add(),
      await store.addSuperuser({ isActive: false }),
      await store.add({ isVerified: true }),
    ];
    for (const lose of LOSSES) {
      await assert.rejects(lose(store.adapter, last), LastSuperuserError);
      await store.expectUnchanged(last);
    }
    for (const user of others) await store.expectUnchanged(user);
  });

  rule('lets a superuser go when another one stays', async (store) => {
    for (const lose of LOSSES) {
      await store.empty();
      const [one, other] = [await store.addSuperuser(), await store.addSuperuser()];
      assert.ok(await lose(store.adapter, one));
      await assert.rejects(lose(store.adapter, other), LastSuperuserError);
    }
  });

  rule('refuses nothing for users who are no active superusers', async (store) => {
    for (const columns of [{}, { isSuperuser: true, isActive: false }]) {
      for (const lose of LOSSES) assert.ok(await lose(store.adapter, await store.add(columns)));
    }
  });

  rule('refuses no other change of the last superuser', async (store) => {
    const { id } = await store.addSuperuser();
    const { email, canonicalEmail } = store.columns();
    const changes = { email, canonicalEmail, isVerified: true, isSuperuser: true, isActive: true };
    assert.ok(await store.adapter.update(id, changes, { keepSuperuser }));
  });

  rule('refuses nothing without being asked to', async (store) => {
    const { id } = await store.addSuperuser();
    assert.ok(await store.adapter.update(id, { isSuperuser: false }));
    assert.equal(await store.adapter.delete((await store.addSuperuser()).id), true);
  });

  rule('finds nobody where there is no row or an expectation fails', async (store) => {
    const last = await store.addSuperuser();
    const gone = await store.add();
    await store.adapter.delete(gone.id);
    const expected = { securityStamp: gone.securityStamp };
    assert.equal(await store.adapter.update(gone.id, { isActive: false }, { keepSuperuser }), null);
    assert.equal(await store.adapter.delete(gone.id, { keepSuperuser }), false);
    const options = { keepSuperuser, expected };
    assert.equal(await store.adapter.update(last.id, { isActive: false }, options), null);
    assert.equal(await store.adapter.delete(last.id, options), false);
    await store.expectUnchanged(last);
  });

  rule('keeps one of two superusers who remove each other at the same time', async (store) => {
    for (let round = 0; round < 30; round++) {
      await store.empty();
      const [one, other] = [await store.addSuperuser(), await store.addSuperuser()];
      await expectOneLeft(store, [
        LOSSES[round % 3]!(store.adapter, one),
        LOSSES[Math.floor(round / 3) % 3]!(store.other, other),
      ]);
    }
  });

  rule('keeps one of ten superusers who all leave at the same time', async (store) => {
    for (const lose of LOSSES) {
      await store.empty();
      const users: BaseUser[] = [];
      for (let added = 0; added < 10; added++) users.push(await store.addSuperuser());
      const views = [store.adapter, store.other];
      await expectOneLeft(
        store,
        users.map((user, index) => lose(views[index % 2]!, user)),
      );
    }
  });
}

/** A store that cannot decide between two writers may ask one to come again, but never lose both. */
async function expectOneLeft(store: StoreUnderTest, losses: Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(losses)) {
    if (outcome.status === 'fulfilled') continue;
    const error: unknown = outcome.reason;
    const isKnown = error instanceof LastSuperuserError || error instanceof ServiceUnavailableError;
    assert.ok(isKnown, String(error));
  }
  const left = await store.adapter.list({
    limit: 10,
    where: { isSuperuser: true, isActive: true },
  });
  assert.ok(left.length > 0, 'no superuser is left');
}
