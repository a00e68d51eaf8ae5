import { Argon2PasswordHasher } from '@nestjs-users/core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAlike } from '../harness/alike.js';
import { newPassword } from '../harness/leaks.js';
import { HASH_LIMITS } from '../harness/timing.js';

/** Attempts in which the time of an old hash on this machine has been measured. */
const UNTIL_MEASURED = 250;

// How long a pass takes over more memory, caches decide: no arithmetic knows it.
describe('a hash of Argon2 from before its memory was raised', () => {
  const hasher = new Argon2PasswordHasher({ memoryKiB: 65_536, iterations: 1 });
  let old: string;
  beforeAll(async () => {
    const before = new Argon2PasswordHasher();
    old = await before.hash(newPassword());
    await before.onApplicationShutdown();
  });
  afterAll(() => hasher.onApplicationShutdown());

  it('EN-02: is refused in the time of a current one', { timeout: 240_000 }, async () => {
    const attempts = {
      unknown: () => hasher.verify('not the right one', null),
      old: () => hasher.verify('not the right one', old),
    };
    await expectAlike(attempts, HASH_LIMITS, UNTIL_MEASURED);
  });
});
