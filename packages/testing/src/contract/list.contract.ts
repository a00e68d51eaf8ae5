import type { BaseUser, UserId, UserListQuery } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { METACHARACTERS } from './hostile-values.js';
import type { Rule } from './rule.js';
import type { StoreUnderTest } from './store-under-test.js';

export function listContract(rule: Rule): void {
  searchContract(rule);

  rule('is empty when nobody is there', async (store) => {
    assert.deepEqual(await store.adapter.list({ limit: 10 }), []);
  });

  // Twelve users: as texts, the integers 10 to 12 would come before 2.
  rule('orders by id', async (store) => {
    const ids = idsOf(await store.addMany(12));
    assert.equal(new Set(ids).size, 12);
    assert.deepEqual(idsOf(await store.all()), ids);
    if (ids.every((id) => typeof id === 'number')) {
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      );
    }
  });

  rule('begins after any id, exclusively', async (store) => {
    const ids = idsOf(await store.addMany(12));
    for (const [index, after] of ids.entries()) {
      const rest = await store.adapter.list({ after, limit: 100 });
      assert.deepEqual(idsOf(rest), ids.slice(index + 1));
    }
  });

  rule('goes on after a user who is gone', async (store) => {
    const ids = idsOf(await store.addMany(5));
    await store.adapter.delete(ids[2]!);
    const rest = await store.adapter.list({ after: ids[2]!, limit: 100 });
    assert.deepEqual(idsOf(rest), ids.slice(3));
  });

  rule('gives at most as many as asked for, and the full rows', async (store) => {
    const users = await store.addMany(5);
    const page = await store.adapter.list({ limit: 3 });
    assert.deepEqual(page, users.slice(0, 3));
    for (const user of page) await store.expectUnchanged(user);
  });

  rule('shows everybody once, page by page', async (store) => {
    const ids = idsOf(await store.addMany(12));
    for (const limit of [1, 4, 5, 12, 13]) {
      assert.deepEqual(idsOf(await pageByPage(store, { limit })), ids);
    }
  });

  rule('shows only users with the values asked for', async (store) => {
    const inactive = await store.add({ isActive: false });
    const verified = await store.add({ isVerified: true });
    const superuser = await store.addSuperuser({ isVerified: true });
    const find = async (where: UserListQuery['where']) => {
      const found = idsOf(await pageByPage(store, { limit: 1, ...(where && { where }) }));
      return new Set(found);
    };
    assert.deepEqual(await find({ isActive: false }), new Set([inactive.id]));
    assert.deepEqual(await find({ isVerified: true }), new Set([verified.id, superuser.id]));
    assert.deepEqual(await find({ isVerified: true, isSuperuser: false }), new Set([verified.id]));
    assert.deepEqual(await find({ isSuperuser: true, isActive: false }), new Set());
    assert.deepEqual(await find({}), new Set([inactive.id, verified.id, superuser.id]));
    for (const { id, canonicalEmail } of [inactive, verified]) {
      assert.deepEqual(await find({ canonicalEmail }), new Set([id]));
      assert.deepEqual(await find({ canonicalEmail: canonicalEmail.toUpperCase() }), new Set());
      assert.deepEqual(await find({ canonicalEmail: `${canonicalEmail} ` }), new Set());
      assert.deepEqual(await find({ canonicalEmail: '%' }), new Set());
    }
  });
}

/** Tried apart from the other conditions: these look for a part of the text. */
function searchContract(rule: Rule): void {
  rule('finds whose canonical address contains a text, and no others', async (store) => {
    const anna = await store.add({ canonicalEmail: 'anna.smith+x@example.org' });
    const bert = await store.add({ canonicalEmail: 'bert@anna.example', isActive: false });
    const odd = await store.add({ canonicalEmail: `100%_off\\@example.org` });
    const accent = await store.add({ canonicalEmail: '%c3%a4nna@example.org' });
    const find = async (search: string, where: UserListQuery['where'] = {}) =>
      new Set(idsOf(await pageByPage(store, { limit: 1, search, where })));
    const all = new Set([anna.id, bert.id, odd.id, accent.id]);
    const expected: [string, UserId[]][] = [
      ['anna', [anna.id, bert.id]],
      ['anna.smith+x@example.org', [anna.id]],
      ['@anna.', [bert.id]],
      ['nn', [anna.id, bert.id, accent.id]],
      ['%', [odd.id, accent.id]],
      ['0%_', [odd.id]],
      ['_', [odd.id]],
      ['\\', [odd.id]],
      ['\\@', [odd.id]],
      ['a%x', []],
      ['a_na', []],
      ['.*', []],
      ['[a-z]', []],
      ['ANNA', []],
      ['Anna', []],
      ['änna', []],
      ['ánna', []],
      ['anna ', []],
      [' ', []],
      ['\0', []],
      ['\ud800', []],
      ...METACHARACTERS.filter((text) => text.length > 1).map((text): [string, []] => [text, []]),
    ];
    for (const [search, ids] of expected) {
      assert.deepEqual(await find(search), new Set(ids), JSON.stringify(search));
    }
    assert.deepEqual(await find(''), all);
    assert.deepEqual(await find('anna', { isActive: false }), new Set([bert.id]));
    assert.deepEqual(await find('anna', { canonicalEmail: odd.canonicalEmail }), new Set());
  });
}

async function pageByPage(store: StoreUnderTest, query: UserListQuery): Promise<BaseUser[]> {
  const found: BaseUser[] = [];
  let page = await store.adapter.list(query);
  while (page.length > 0) {
    found.push(...page);
    assert.ok(found.length < 100, 'the pages never end');
    page = await store.adapter.list({ ...query, after: page.at(-1)!.id });
  }
  return found;
}

function idsOf(users: readonly BaseUser[]): UserId[] {
  return users.map(({ id }) => id);
}
