import type { StoredToken, TokenStore } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type StoreSuite, useStores } from './store-suite.js';

/** What {@link describeTokenStore} is told. @publicApi */
export interface TokenStoreSuite extends StoreSuite<TokenStore> {
  /** `true` for a store that forgets by itself: `deleteExpired` finds nothing there. Default `false`. */
  readonly forgetsByItself?: boolean;
}

const HOUR = 3_600_000;
const NOW = Date.now();
const now = new Date(NOW);

/**
 * The contract of {@link TokenStore} as tests: whoever writes a store runs it on theirs.
 *
 * @publicApi
 */
export function describeTokenStore(suite: TokenStoreSuite): void {
  const { describe, it } = suite.framework;

  describe(suite.name, () => {
    let store: TokenStore;
    let other: TokenStore;
    useStores(suite, (...both) => {
      [store, other] = both;
    });

    const add = async (columns: Partial<StoredToken> = {}): Promise<StoredToken> => {
      const token = newToken(columns);
      await store.insert(token);
      return token;
    };
    const idsOf = async (subject: string): Promise<string[]> =>
      (await store.list(subject, now)).map(({ id }) => id).toSorted();

    it('finds what was added, in every detail', async () => {
      for (const columns of [
        {},
        { address: null, userAgent: null },
        { userAgent: 'Ωmega “✓” 🦊' },
      ]) {
        const token = await add(columns);
        assert.deepEqual(await store.find(token.digest, now), token);
        assert.deepEqual(await other.find(token.digest, now), token);
        assert.deepEqual(await store.list(token.subject, now), [token]);
      }
    });

    it('gives an object of its own at each call', async () => {
      const token = await add();
      const [first, second] = [
        await store.find(token.digest, now),
        await store.find(token.digest, now),
      ];
      assert.notEqual(first, second);
      first?.expiresAt.setTime(0);
      assert.deepEqual(await store.find(token.digest, now), token);
    });

    it('finds nothing by anything else', async () => {
      const { digest, subject } = await add();
      const mutations = [
        digest.toUpperCase(),
        `${digest} `,
        ` ${digest}`,
        `${digest}\n`,
        `${digest}%`,
        digest.slice(1),
        digest.replace(/.$/, '_'),
        '%',
        '*',
        '',
        `' OR 1=1 --`,
      ];
      for (const mutation of mutations) assert.equal(await store.find(mutation, now), null);
      for (const mutation of [subject.toUpperCase(), `${subject} `, '%', '*', '']) {
        assert.deepEqual(await store.list(mutation, now), []);
      }
    });

    it('neither finds nor lists what has expired', async () => {
      const token = await add();
      for (const instant of [token.expiresAt, new Date(token.expiresAt.getTime() + 1)]) {
        assert.equal(await store.find(token.digest, instant), null);
        assert.deepEqual(await store.list(token.subject, instant), []);
      }
      const before = new Date(token.expiresAt.getTime() - 1);
      assert.deepEqual(await store.find(token.digest, before), token);
    });

    it('writes a use down, once for one reading', async () => {
      const token = await add();
      const use = { lastUsedAt: new Date(NOW + 60_000), expiresAt: new Date(NOW + 2 * HOUR) };
      assert.equal(await store.touch(token, use), true);
      assert.deepEqual(await store.find(token.digest, now), { ...token, ...use });
      assert.deepEqual(await store.list(token.subject, now), [{ ...token, ...use }]);
      assert.equal(await store.touch(token, { ...use, lastUsedAt: new Date(NOW + 61_000) }), false);
      assert.deepEqual(await store.find(token.digest, now), { ...token, ...use });
    });

    it('of many uses at once writes one', async () => {
      const token = await add();
      const written = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : other).touch(token, {
            lastUsedAt: new Date(NOW + 60_000 + index),
            expiresAt: new Date(NOW + 2 * HOUR),
          }),
        ),
      );
      assert.equal(written.filter(Boolean).length, 1);
    });

    it('counts the generations of refresh tokens, each once', async () => {
      const token = await add();
      const rotate = (from: StoredToken, of: TokenStore = store) =>
        of.touch(from, {
          // Within the same millisecond: the generation alone tells the difference.
          lastUsedAt: from.lastUsedAt,
          expiresAt: from.expiresAt,
          generation: from.generation + 1,
          rotatedAt: now,
        });
      const written = await Promise.all(
        Array.from({ length: 10 }, (_, index) => rotate(token, index % 2 === 0 ? store : other)),
      );
      assert.equal(written.filter(Boolean).length, 1);
      const rotated = { ...token, generation: 1, rotatedAt: now };
      assert.deepEqual(await store.find(token.digest, now), rotated);
      assert.equal(await rotate(token), false);
      const use = { lastUsedAt: new Date(NOW + 5), expiresAt: token.expiresAt };
      assert.equal(await store.touch(rotated, use), true);
      assert.deepEqual(await store.find(token.digest, now), { ...rotated, ...use });
      assert.equal(await rotate({ ...rotated, ...use }, other), true);
      assert.equal((await store.find(token.digest, now))?.generation, 2);
    });

    it('deletes the sessions of a user by their ids, and no others', async () => {
      const subject = newSubject();
      const [first, second, third] = [
        await add({ subject }),
        await add({ subject }),
        await add({ subject }),
      ];
      const stranger = await add();
      assert.equal(await store.delete(subject, [first.id, stranger.id, 'x', '']), 1);
      assert.equal(await store.find(first.digest, now), null);
      assert.deepEqual(await idsOf(subject), [second.id, third.id].toSorted());
      assert.deepEqual(await store.find(stranger.digest, now), stranger);
      assert.equal(await store.delete(subject, [first.id]), 0);
      assert.equal(await store.delete(subject, []), 0);
      assert.equal(await store.delete(stranger.subject.toUpperCase(), [stranger.id]), 0);
      assert.equal(await store.delete(subject, [second.id, third.id]), 2);
      assert.deepEqual(await idsOf(subject), []);
    });

    it('of many who delete one session, tells one', async () => {
      for (let round = 0; round < 10; round++) {
        const { id, subject } = await add();
        const counts = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            (index % 2 === 0 ? store : other).delete(subject, [id]),
          ),
        );
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          1,
        );
      }
    });

    it('brings nothing back by a use at the same moment', async () => {
      for (let round = 0; round < 20; round++) {
        const token = await add();
        const use = { lastUsedAt: new Date(NOW + 60_000), expiresAt: new Date(NOW + 2 * HOUR) };
        const [count] = await Promise.all([
          store.delete(token.subject, [token.id]),
          other.touch(token, use),
        ]);
        assert.equal(count, 1);
        assert.equal(await store.touch(token, use), false);
        assert.equal(await store.find(token.digest, now), null);
        assert.deepEqual(await store.list(token.subject, now), []);
      }
    });

    it('deletes what has expired, a part at a time', async () => {
      const subject = newSubject();
      const past = { lastUsedAt: new Date(NOW - 3 * HOUR), expiresAt: new Date(NOW - 2 * HOUR) };
      for (let count = 0; count < 5; count++) await add({ subject, ...past });
      const living = await add({ subject });
      assert.deepEqual(await store.list(subject, now), [living]);
      if (suite.forgetsByItself) {
        assert.equal(await store.deleteExpired(now, 1000), 0);
      } else {
        assert.equal(await store.deleteExpired(now, 3), 3);
        assert.equal(await store.deleteExpired(now, 3), 2);
        assert.equal(await store.deleteExpired(now, 3), 0);
        assert.equal((await store.list(subject, new Date(0))).length, 1);
      }
      assert.deepEqual(await store.find(living.digest, now), living);
    });
  });
}

function newSubject(): string {
  return `subject-${randomBytes(8).toString('hex')}`;
}

function newToken(columns: Partial<StoredToken>): StoredToken {
  return {
    id: randomBytes(16).toString('hex'),
    digest: createHash('sha256').update(randomBytes(32)).digest('hex'),
    subject: newSubject(),
    fingerprint: randomBytes(16).toString('base64url'),
    backend: 'session',
    createdAt: new Date(NOW - HOUR),
    lastUsedAt: new Date(NOW - 1),
    expiresAt: new Date(NOW + HOUR),
    endsAt: new Date(NOW + 24 * HOUR),
    generation: 0,
    rotatedAt: null,
    address: '2001:db8::1',
    userAgent: 'Mozilla/5.0',
    ...columns,
  };
}
