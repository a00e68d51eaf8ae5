import type { UserExpectation, UserId } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Rule } from './rule.js';

export function compareAndSetContract(rule: Rule): void {
  rule('writes where every expectation holds', async (store) => {
    const { id, securityStamp, hashedPassword, canonicalEmail } = await store.add();
    const expected = {
      securityStamp,
      hashedPassword,
      canonicalEmail,
      pendingEmail: null,
      isActive: true,
      isVerified: false,
    };
    const updated = await store.adapter.update(id, { isVerified: true }, { expected });
    assert.equal(updated?.isVerified, true);
    assert.equal(await store.adapter.update(id, { isVerified: false }, { expected }), null);
    assert.equal((await store.adapter.findById(id))?.isVerified, true);
  });

  rule('changes and deletes nothing where one expectation fails', async (store) => {
    const user = await store.add();
    const { securityStamp, hashedPassword } = user;
    const failing: UserExpectation[] = [
      { securityStamp: 'f'.repeat(32) },
      { securityStamp, isActive: false },
      { securityStamp, isVerified: true },
      { securityStamp, hashedPassword: null },
      { securityStamp, canonicalEmail: 'other@example.org' },
      { securityStamp, pendingEmail: 'other@example.org' },
      { hashedPassword, securityStamp: securityStamp?.toUpperCase() + ' ' },
      { hashedPassword: `${hashedPassword} ` },
      { hashedPassword: hashedPassword?.toUpperCase() ?? null },
    ];
    for (const expected of failing) {
      const result = await store.adapter.update(user.id, { isVerified: true }, { expected });
      assert.equal(result, null, inspect(expected));
      assert.equal(await store.adapter.delete(user.id, { expected }), false, inspect(expected));
    }
    await store.expectUnchanged(user);
  });

  rule('takes an undefined expectation as one that fails, not as none', async (store) => {
    const user = await store.add();
    const expected = { securityStamp: undefined };
    assert.equal(await store.adapter.update(user.id, { isVerified: true }, { expected }), null);
    assert.equal(await store.adapter.delete(user.id, { expected }), false);
    await store.expectUnchanged(user);
  });

  rule('can expect that there is no password', async (store) => {
    const [without, having] = [await store.add({ hashedPassword: null }), await store.add()];
    const expected = { hashedPassword: null };
    const changes = { hashedPassword: '$none$first' };
    assert.ok(await store.adapter.update(without.id, changes, { expected }));
    assert.equal(await store.adapter.update(without.id, changes, { expected }), null);
    assert.equal(await store.adapter.update(having.id, changes, { expected }), null);
    await store.expectUnchanged(having);
  });

  rule('can expect a pending address, by every byte, or none', async (store) => {
    const pendingEmail = 'Änna.New@bücher.example';
    const having = await store.add({ pendingEmail });
    const without = await store.add();
    const change = (id: UserId, expectation: string | null) =>
      store.adapter.update(id, { isVerified: true }, { expected: { pendingEmail: expectation } });
    for (const other of [null, '', pendingEmail.toLowerCase(), `${pendingEmail} `, '%']) {
      assert.equal(await change(having.id, other), null);
    }
    assert.equal(await change(without.id, pendingEmail), null);
    await store.expectUnchanged(having);
    await store.expectUnchanged(without);
    assert.equal((await change(without.id, null))?.pendingEmail, null);
    const { id } = (await change(having.id, pendingEmail))!;
    const expected = { pendingEmail };
    const cleared = await store.adapter.update(id, { pendingEmail: null }, { expected });
    assert.equal(cleared?.pendingEmail, null);
    assert.equal(await store.adapter.update(id, { pendingEmail: null }, { expected }), null);
  });

  rule('answers the row when the expectation holds and nothing changes', async (store) => {
    const user = await store.add();
    const expected = { securityStamp: user.securityStamp };
    for (const changes of [{}, { isActive: true }, { securityStamp: user.securityStamp }]) {
      // Twice: a store may count changed rows instead of fitting ones, once updatedAt stays too.
      assert.ok(await store.adapter.update(user.id, changes, { expected }));
      assert.ok(await store.adapter.update(user.id, changes, { expected }));
    }
  });

  rule('lets exactly one of ten writers with one expectation through', async (store) => {
    for (let round = 0; round < 5; round++) {
      const { id, securityStamp } = await store.add();
      const rows = await store.race(10, (adapter) =>
        adapter.update(
          id,
          { securityStamp: randomBytes(16).toString('hex') },
          { expected: { securityStamp } },
        ),
      );
      const winners = rows.filter((row) => row !== null);
      assert.equal(winners.length, 1);
      const stored = await store.adapter.findById(id);
      assert.equal(stored?.securityStamp, winners[0]?.securityStamp);
    }
  });

  rule('lets exactly one of ten deletions with one expectation through', async (store) => {
    const { id, securityStamp } = await store.add();
    const results = await store.race(10, (adapter) =>
      adapter.delete(id, { expected: { securityStamp } }),
    );
    assert.equal(results.filter(Boolean).length, 1);
  });
}
