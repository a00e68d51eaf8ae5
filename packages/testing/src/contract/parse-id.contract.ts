import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { METACHARACTERS, respellings } from './hostile-values.js';
import type { Rule } from './rule.js';

const STRANGE_TEXTS = [
  '',
  ' ',
  '\0',
  '0',
  '00',
  '01',
  '+1',
  '-1',
  ' 1',
  '1 ',
  '1\n',
  '1.0',
  '1e3',
  '0x1',
  '0b1',
  '1_000',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'me',
  '..',
  '..%2f',
  '%00',
  '9'.repeat(40),
  '9007199254740993',
  '1'.repeat(10_000),
  'f'.repeat(10_000),
  'B7E151628AED2A6ABF7158809CF4F3C7',
  '{B7E15162-8AED-4A6A-BF71-58809CF4F3C7}',
  'b7e15162-8aed-4a6a-bf71-58809cf4f3c7\0',
  ...METACHARACTERS,
];

export function parseIdContract(rule: Rule): void {
  rule('reads the text of every id', async (store) => {
    for (const { id } of await store.addMany(12)) {
      assert.equal(store.adapter.parseId(String(id)), id);
    }
  });

  rule('refuses every other spelling of an id', async (store) => {
    const { id } = await store.add();
    for (const text of respellings(id)) {
      const parsed = store.adapter.parseId(text);
      assert.notEqual(parsed, id, inspect(text));
      assert.ok(parsed === undefined || String(parsed) === text, inspect(text));
    }
  });

  rule('gives undefined, or an id with exactly this text, for any text', async (store) => {
    for (const text of STRANGE_TEXTS) {
      const parsed = store.adapter.parseId(text);
      assert.ok(parsed === undefined || String(parsed) === text, inspect(text).slice(0, 80));
    }
  });

  rule('gives undefined for what is no text', async (store) => {
    const { id } = await store.add();
    const values = [
      undefined,
      null,
      Number.NaN,
      true,
      {},
      [],
      [String(id)],
      [id],
      { id },
      () => id,
    ];
    for (const value of values)
      assert.equal(store.adapter.parseId(value), undefined, inspect(value));
  });

  rule('gives only ids that the store can be asked for', async (store) => {
    for (const text of STRANGE_TEXTS) {
      const parsed = store.adapter.parseId(text);
      if (parsed === undefined) continue;
      assert.equal(await store.adapter.findById(parsed), null);
      assert.equal(await store.adapter.update(parsed, { isVerified: true }), null);
      assert.equal(await store.adapter.delete(parsed), false);
    }
  });
}
