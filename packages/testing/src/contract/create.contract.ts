import { UserAlreadyExistsError } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import type { Rule } from './rule.js';

export function createContract(rule: Rule): void {
  rule('answers the complete row, which is then found as it is', async (store) => {
    const columns = store.columns({ isVerified: true });
    const user = await store.adapter.create(columns);
    const { id, ...rest } = user;
    assert.ok(typeof id === 'string' || typeof id === 'number');
    for (const [name, value] of Object.entries(columns)) {
      assert.deepEqual(Reflect.get(rest, name), value, `column ${name}`);
    }
    await store.expectUnchanged(user);
  });

  rule('stores a user without a password', async (store) => {
    const user = await store.add({ hashedPassword: null });
    assert.equal(user.hashedPassword, null);
    await store.expectUnchanged(user);
  });

  rule('stores the same pending address for several users', async (store) => {
    const { canonicalEmail } = await store.add();
    for (const pendingEmail of ['Änna@bücher.example', 'Änna@bücher.example', canonicalEmail]) {
      const user = await store.add({ pendingEmail });
      assert.equal(user.pendingEmail, pendingEmail);
      await store.expectUnchanged(user);
    }
    assert.equal((await store.add()).pendingEmail, null);
  });

  rule('gives every user an id of their own', async (store) => {
    const users = await Promise.all(Array.from({ length: 10 }, () => store.add()));
    assert.equal(new Set(users.map(({ id }) => id)).size, 10);
  });

  rule('hands out objects that share nothing with the store', async (store) => {
    const columns = store.columns();
    const user = await store.adapter.create(columns);
    const before = structuredClone({ ...user });
    const handedOut = [
      columns,
      user,
      await store.adapter.findById(user.id),
      await store.adapter.findByCanonicalEmail(user.canonicalEmail),
      await store.adapter.update(user.id, { isActive: true }, { expected: { isActive: true } }),
      ...(await store.all()),
    ];
    const stored = await store.adapter.findById(user.id);
    for (const object of handedOut) {
      assert.ok(object);
      object.email = 'changed@example.org';
      object.createdAt.setTime(0);
    }
    assert.equal(new Set(handedOut).size, handedOut.length, 'one object was handed out twice');
    assert.ok(stored);
    await store.expectUnchanged(stored);
    assert.equal(stored.email, before.email);
    assert.deepEqual(stored.createdAt, before.createdAt);
  });

  rule('leaves out what the store has no column for', async (store) => {
    const user = await store.add({ noSuchColumnAnywhere: 'x' });
    assert.ok(await store.adapter.findById(user.id));
  });

  rule('refuses a taken canonical address, however it is spelled', async (store) => {
    const user = await store.add();
    const { canonicalEmail } = user;
    await assert.rejects(store.add({ canonicalEmail }), UserAlreadyExistsError);
    assert.equal((await store.all()).length, 1);
    await store.expectUnchanged(user);
  });

  rule('does not refuse an address that only resembles a taken one', async (store) => {
    await store.add({ canonicalEmail: 'anna@example.org' });
    for (const local of ['ann%', 'ann_', 'anna.', 'anna+x', '%c3%a1nna', 'a%20nna']) {
      await store.add({ canonicalEmail: `${local}@example.org` });
    }
    assert.equal((await store.all()).length, 7);
  });

  rule('lets exactly one of ten concurrent registrations of an address through', async (store) => {
    for (let round = 0; round < 5; round++) {
      const { canonicalEmail } = store.columns();
      const outcomes = await store.race(10, (adapter) =>
        adapter.create(store.columns({ canonicalEmail })).catch((error: unknown) => error),
      );
      const refused = outcomes.filter((outcome) => outcome instanceof Error);
      for (const error of refused) assert.ok(error instanceof UserAlreadyExistsError, error.name);
      assert.equal(refused.length, 9);
      assert.equal((await store.all()).length, round + 1);
    }
  });
}
