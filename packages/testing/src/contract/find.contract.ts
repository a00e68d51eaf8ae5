import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { hostileEmails, hostileIds } from './hostile-values.js';
import type { Rule } from './rule.js';

export function findContract(rule: Rule): void {
  rule('finds the user with the id, among others', async (store) => {
    for (const user of await store.addMany(3)) {
      assert.equal((await store.adapter.findById(user.id))?.canonicalEmail, user.canonicalEmail);
    }
  });

  rule('finds the user with the canonical address, among others', async (store) => {
    for (const user of await store.addMany(3)) {
      assert.equal((await store.adapter.findByCanonicalEmail(user.canonicalEmail))?.id, user.id);
    }
  });

  rule('finds nobody by any other value in place of an id', async (store) => {
    const { id } = await store.add();
    for (const hostile of hostileIds(id)) {
      assert.equal(await store.adapter.findById(hostile), null, label(hostile));
    }
  });

  rule('finds nobody by any other value in place of an address', async (store) => {
    const { canonicalEmail } = await store.add();
    for (const hostile of hostileEmails(canonicalEmail)) {
      assert.equal(await store.adapter.findByCanonicalEmail(hostile), null, label(hostile));
    }
  });

  rule('does not look addresses up by the spelling given', async (store) => {
    const { email } = await store.add({ email: 'spelling@example.org' });
    assert.equal(await store.adapter.findByCanonicalEmail(email), null);
  });
}

function label(value: unknown): string {
  return `found by ${inspect(value).slice(0, 80)}`;
}
