import assert from 'node:assert/strict';
import { hostileIds } from './hostile-values.js';
import type { Rule } from './rule.js';

export function deleteContract(rule: Rule): void {
  rule('deletes the row, and tells when there is none', async (store) => {
    const [user, bystander] = [await store.add(), await store.add()];
    assert.equal(await store.adapter.delete(user.id), true);
    assert.equal(await store.adapter.delete(user.id), false);
    assert.equal(await store.adapter.findById(user.id), null);
    assert.equal(await store.adapter.findByCanonicalEmail(user.canonicalEmail), null);
    await store.expectUnchanged(bystander);
  });

  rule('tells exactly one of ten concurrent callers that it has deleted', async (store) => {
    const { id } = await store.add();
    const results = await store.race(10, (adapter) => adapter.delete(id));
    assert.equal(results.filter(Boolean).length, 1);
  });

  rule('deletes nobody by any other value in place of an id', async (store) => {
    const user = await store.add();
    for (const hostile of hostileIds(user.id)) {
      assert.equal(await store.adapter.delete(hostile), false);
    }
    await store.expectUnchanged(user);
  });

  rule('is not undone by an update at the same time', async (store) => {
    for (let round = 0; round < 30; round++) {
      const { id } = await store.add();
      const [isDeleted] = await Promise.all([
        store.adapter.delete(id),
        store.other.update(id, { isVerified: true }),
      ]);
      assert.equal(isDeleted, true);
      assert.equal(await store.adapter.findById(id), null);
    }
    assert.deepEqual(await store.all(), []);
  });

  rule(
    'never lends the id of a deleted user to another, even with the same address',
    async (store) => {
      const user = await store.add();
      await store.adapter.delete(user.id);
      const next = await store.add({ canonicalEmail: user.canonicalEmail });
      assert.notEqual(next.id, user.id);
      assert.equal(await store.adapter.update(user.id, { isSuperuser: true }), null);
      assert.equal(await store.adapter.delete(user.id), false);
      await store.expectUnchanged(next);
    },
  );
}
