import { UserAlreadyExistsError, type UserChanges } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { hostileIds } from './hostile-values.js';
import type { Rule } from './rule.js';

export function updateContract(rule: Rule): void {
  rule('writes the columns given and answers the row as it is then', async (store) => {
    const [user, bystander] = [await store.add(), await store.add()];
    const changes = { isVerified: true, hashedPassword: '$none$new' };
    const updated = await store.adapter.update(user.id, changes);
    assert.ok(updated);
    const { updatedAt } = updated;
    assert.deepEqual({ ...updated }, { ...user, ...changes, updatedAt });
    await store.expectUnchanged(updated);
    await store.expectUnchanged(bystander);
  });

  rule('writes updatedAt, by the clock, and leaves createdAt alone', async (store) => {
    const user = await store.add();
    const updated = await store.adapter.update(user.id, { isVerified: true });
    assert.ok(updated);
    // A minute for clocks that differ; a time zone mistaken would be more.
    assert.ok(Math.abs(updated.updatedAt.getTime() - Date.now()) < 60_000, 'updatedAt is not now');
    assert.deepEqual(updated.createdAt, user.createdAt);
  });

  rule('leaves columns alone that are undefined', async (store) => {
    const user = await store.add();
    const changes = { email: undefined, hashedPassword: undefined, isActive: undefined };
    const updated = await store.adapter.update(user.id, { ...changes, isVerified: true });
    assert.ok(updated);
    const { updatedAt } = updated;
    assert.deepEqual({ ...updated }, { ...user, isVerified: true, updatedAt });
  });

  rule('writes null into a column that may be null', async (store) => {
    const user = await store.add();
    const updated = await store.adapter.update(user.id, { hashedPassword: null });
    assert.equal(updated?.hashedPassword, null);
    await store.expectUnchanged(updated);
  });

  rule('never writes id or createdAt, whatever the object carries', async (store) => {
    const [user, other] = [await store.add(), await store.add()];
    const changes = { id: other.id, createdAt: new Date(0), isVerified: true } as UserChanges<
      typeof user
    >;
    await store.adapter.update(user.id, changes).catch(() => null);
    const row = await store.adapter.findById(user.id);
    assert.equal(row?.canonicalEmail, user.canonicalEmail);
    assert.deepEqual(row.createdAt, user.createdAt);
    await store.expectUnchanged(other);
  });

  rule('answers the row when nothing changes', async (store) => {
    const user = await store.add();
    const unchanged = { isActive: user.isActive, email: user.email };
    for (const changes of [{}, { email: undefined }, unchanged]) {
      const updated = await store.adapter.update(user.id, changes);
      assert.ok(updated);
      assert.deepEqual({ ...updated }, { ...user, updatedAt: updated.updatedAt });
    }
  });

  rule('answers null for a row that is gone, and does not bring it back', async (store) => {
    const user = await store.add();
    await store.adapter.delete(user.id);
    assert.equal(await store.adapter.update(user.id, { isVerified: true }), null);
    assert.equal(await store.adapter.update(user.id, {}), null);
    assert.deepEqual(await store.all(), []);
  });

  rule('changes nothing by any other value in place of an id', async (store) => {
    const user = await store.add();
    for (const hostile of hostileIds(user.id)) {
      assert.equal(await store.adapter.update(hostile, { isVerified: true }), null);
    }
    await store.expectUnchanged(user);
  });

  rule('refuses a taken canonical address and changes nothing', async (store) => {
    const [user, other] = [await store.add(), await store.add()];
    const { canonicalEmail } = other;
    const changes = { canonicalEmail, isVerified: true };
    await assert.rejects(store.adapter.update(user.id, changes), UserAlreadyExistsError);
    await store.expectUnchanged(user);
    await store.expectUnchanged(other);
  });

  rule('takes another spelling of the own address', async (store) => {
    const user = await store.add();
    const { canonicalEmail } = user;
    const changes = { email: canonicalEmail, canonicalEmail };
    assert.equal((await store.adapter.update(user.id, changes))?.email, canonicalEmail);
    assert.equal((await store.adapter.findByCanonicalEmail(canonicalEmail))?.id, user.id);
  });

  rule('moves a user to a new address and frees the old one', async (store) => {
    const user = await store.add();
    const { canonicalEmail } = store.columns();
    await store.adapter.update(user.id, { canonicalEmail });
    assert.equal((await store.adapter.findByCanonicalEmail(canonicalEmail))?.id, user.id);
    assert.equal(await store.adapter.findByCanonicalEmail(user.canonicalEmail), null);
    await store.add({ canonicalEmail: user.canonicalEmail });
  });

  rule('lets one of ten users have an address that all ask for', async (store) => {
    const users = await store.addMany(10);
    const { canonicalEmail } = store.columns();
    const outcomes = await store.race(10, (adapter, index) =>
      adapter.update(users[index]!.id, { canonicalEmail }).catch((error: unknown) => error),
    );
    const refused = outcomes.filter((outcome) => outcome instanceof Error);
    for (const error of refused) assert.ok(error instanceof UserAlreadyExistsError, error.name);
    assert.equal(refused.length, 9);
  });

  rule('keeps both of two concurrent changes of different columns', async (store) => {
    for (let round = 0; round < 20; round++) {
      const { id } = await store.add();
      await Promise.all([
        store.adapter.update(id, { isActive: false }),
        store.other.update(id, { hashedPassword: '$none$new' }),
      ]);
      const row = await store.adapter.findById(id);
      assert.equal(row?.isActive, false);
      assert.equal(row.hashedPassword, '$none$new');
    }
  });
}
