import type { RateLimitStore } from '@nestjs-users/core';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StoreSuite, useStores } from './store-suite.js';

/** What {@link describeRateLimitStore} is told. @publicApi */
export type RateLimitStoreSuite = StoreSuite<RateLimitStore>;

const HOUR = { max: 3, perSeconds: 3600 };

/**
 * The contract of {@link RateLimitStore} as tests: whoever writes a store runs it on theirs. Takes some
 * seconds, for time has to pass.
 *
 * @publicApi
 */
export function describeRateLimitStore(suite: RateLimitStoreSuite): void {
  const { describe, it } = suite.framework;

  describe(suite.name, () => {
    let store: RateLimitStore;
    let other: RateLimitStore;
    useStores(suite, (...both) => {
      [store, other] = both;
    });

    it('RL-06: of fifty at once over two stores no more pass than may', async () => {
      for (let round = 0; round < 3; round++) {
        const key = newKey();
        const taken = await Promise.all(
          Array.from({ length: 50 }, (_, n) =>
            (n % 2 ? store : other).take(key, { max: 5, perSeconds: 3600 }),
          ),
        );
        assert.equal(taken.filter((seconds) => seconds === 0).length, 5);
      }
    });

    it('RL-13: says when to come back, and lets in then', async () => {
      const key = newKey();
      for (let n = 0; n < 3; n++) assert.equal(await store.take(key, HOUR), 0);
      const seconds = await other.take(key, HOUR);
      assert.ok(seconds > 3580 && seconds <= 3600, `${seconds} s`);

      const short = { key: newKey(), limit: { max: 1, perSeconds: 1 } };
      assert.equal(await store.take(short.key, short.limit), 0);
      assert.equal(await other.take(short.key, short.limit), 1);
      await sleep(1020);
      assert.equal(await store.take(short.key, short.limit), 0);
    });

    it('does not count what it has refused', async () => {
      const key = newKey();
      const short = { max: 1, perSeconds: 1 };
      await store.take(key, short);
      await sleep(600);
      assert.equal(await store.take(key, short), 1);
      await sleep(420);
      assert.equal(await store.take(key, short), 0);
    });

    it('counts in any span, not in hours by the clock', async () => {
      const key = newKey();
      const limit = { max: 2, perSeconds: 1 };
      assert.equal(await store.take(key, limit), 0);
      await sleep(600);
      assert.equal(await store.take(key, limit), 0);
      await sleep(450);
      // The first is past, the second is not.
      assert.equal(await store.take(key, limit), 0);
      assert.equal(await store.take(key, limit), 1);
    });

    it('knows of what it has counted until it is past, or forgotten', async () => {
      const key = newKey();
      assert.equal(await store.has(key), false);
      await store.take(key, { max: 1, perSeconds: 1 });
      assert.deepEqual([await other.has(key), await store.has(newKey())], [true, false]);
      await sleep(1050);
      assert.equal(await store.has(key), false);

      const full = newKey();
      for (let n = 0; n < 3; n++) await store.take(full, HOUR);
      assert.ok((await other.take(full, HOUR)) > 0);
      await store.reset(full);
      assert.equal(await other.has(full), false);
      assert.equal(await other.take(full, HOUR), 0);
      await store.reset(newKey());
    });

    it('knows keys apart exactly, and takes any text for one', async () => {
      const key = newKey();
      const once = { max: 1, perSeconds: 3600 };
      const keys = [
        key,
        key.toUpperCase(),
        `${key} `,
        ` ${key}`,
        `${key}\0`,
        `${key}%`,
        `${key}é`,
        `${key}e\u0301`,
        `${key}'; --`,
        `${key}${'x'.repeat(2000)}`,
        `${key}${'x'.repeat(2001)}`,
      ];
      for (const each of keys) assert.equal(await store.take(each, once), 0, JSON.stringify(each));
      for (const each of keys) assert.ok((await store.take(each, once)) > 0, JSON.stringify(each));
    });
  });
}

function newKey(): string {
  return `key-${randomBytes(8).toString('hex')}`;
}
