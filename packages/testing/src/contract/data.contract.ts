import { InvalidUserDataError, UserAlreadyExistsError, type UsersError } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { METACHARACTERS } from './hostile-values.js';
import type { Rule } from './rule.js';

/** Stands for a secret: it must not be found in anything that could be logged. */
const CANARY = 'canary7f3a';

export function dataContract(rule: Rule): void {
  rule('keeps metacharacters as they are', async (store) => {
    const bystander = await store.add();
    for (const [index, text] of METACHARACTERS.entries()) {
      // Without spaces, which no canonical address has.
      const canonicalEmail = `${index}${text.replaceAll(' ', '+')}@example.org`;
      const user = await store.add({ email: text, canonicalEmail, hashedPassword: text });
      await store.expectUnchanged(user);
      assert.equal(user.email, text);
      assert.equal((await store.adapter.findByCanonicalEmail(canonicalEmail))?.id, user.id);

      const updated = await store.adapter.update(user.id, { email: `${text}${text}` });
      assert.equal(updated?.email, `${text}${text}`);
      const expected = { hashedPassword: text };
      assert.ok(await store.adapter.update(user.id, { isVerified: true }, { expected }));
    }
    await store.expectUnchanged(bystander);
  });

  rule('holds the longest values that the library writes', async (store) => {
    const user = await store.add({
      email: `${'E'.repeat(64)}@${'d'.repeat(185)}.org`,
      pendingEmail: `${'P'.repeat(64)}@${'d'.repeat(185)}.org`,
      canonicalEmail: `${'%c3%a9'.repeat(20)}@${'d'.repeat(195)}.org`,
      hashedPassword: 'h'.repeat(255),
    });
    await store.expectUnchanged(user);
    assert.equal(user.hashedPassword?.length, 255);
    assert.equal((await store.adapter.findByCanonicalEmail(user.canonicalEmail))?.id, user.id);
  });

  rule('keeps a value or refuses it, but never shortens it', async (store) => {
    const long = CANARY + 'x'.repeat(100_000);
    for (const columns of [{ email: long }, { hashedPassword: long }, { pendingEmail: long }]) {
      const user = await store.add(columns).catch(invalidOnly);
      if (user) assert.deepEqual({ ...user, ...columns }, { ...user });

      const known = await store.add();
      const updated = await store.adapter.update(known.id, columns).catch(invalidOnly);
      if (updated) assert.deepEqual({ ...updated, ...columns }, { ...updated });
      else await store.expectUnchanged(known);
    }
  });

  rule('keeps an address in other scripts', async (store) => {
    const user = await store.add({ email: 'дом-家-🏠@bücher.example' });
    assert.equal(user.email, 'дом-家-🏠@bücher.example');
    await store.expectUnchanged(user);
  });

  rule('tells no value of a user in an error', async (store) => {
    const columns = { email: CANARY, canonicalEmail: CANARY, hashedPassword: CANARY };
    const [, other] = [await store.add(columns), await store.add()];
    const attempts = [
      store.add(columns),
      store.adapter.update(other.id, columns),
      store.add({ ...columns, canonicalEmail: `${CANARY}2`, email: CANARY + 'x'.repeat(100_000) }),
    ];
    for (const outcome of await Promise.allSettled(attempts)) {
      if (outcome.status === 'fulfilled') continue;
      const error = outcome.reason as UsersError;
      const isKnown =
        error instanceof UserAlreadyExistsError || error instanceof InvalidUserDataError;
      assert.ok(isKnown, `not an error of the port: ${error.name}`);
      const shown = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)}`;
      assert.ok(!shown.includes(CANARY), 'the error carries a value');
    }
  });
}

/** `null` for the one error that a store may have about a value. */
function invalidOnly(error: unknown): null {
  assert.ok(
    error instanceof InvalidUserDataError,
    `not an error of the port: ${String(error).slice(0, 80)}`,
  );
  assert.ok(!inspect(error, { depth: 10 }).includes(CANARY), 'the error carries a value');
  return null;
}
