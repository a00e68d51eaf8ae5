import {
  Argon2PasswordHasher,
  argon2Hashes,
  bcryptHashes,
  BcryptPasswordHasher,
  betterAuthHashes,
  djangoHashes,
  firebaseHashes,
  type HashFormat,
  MigratingPasswordHasher,
  scryptHashes,
} from '@nestjs-users/core';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIREBASE_PROJECT, foreignHashes, ODD, PLAIN } from '../harness/foreign-hashes.js';

/** As small as the hashes of the fixture allow. */
const formats: Record<(typeof foreignHashes)[number]['format'], HashFormat> = {
  argon2: argon2Hashes({ memoryKiB: 102_400, iterations: 3, parallelism: 1 }),
  bcrypt: bcryptHashes({ rounds: 10 }),
  betterAuth: betterAuthHashes(),
  django: djangoHashes({ iterations: 260_000 }),
  firebase: firebaseHashes(FIREBASE_PROJECT),
  scrypt: scryptHashes(),
};

const main = new Argon2PasswordHasher();
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => main.onApplicationShutdown());

/** Reads one format beside its own. */
const readerOf = (format: HashFormat): MigratingPasswordHasher =>
  new MigratingPasswordHasher(main, [format]);
const verify = (hasher: MigratingPasswordHasher, typed: string, hash: string | null) =>
  hasher.verify(typed.normalize('NFKC'), hash, typed);

describe('A hash from elsewhere', () => {
  it.each(foreignHashes.map((vector) => [`${vector.format} of ${vector.origin}`, vector] as const))(
    'PW-14, PW-15: is read, is right for its password alone, and is to be renewed: %s',
    async (_title, { format, password, hash }) => {
      const hasher = readerOf(formats[format]);
      expect(await verify(hasher, password, hash)).toBe(true);
      expect(await verify(hasher, `${password}x`, hash)).toBe(false);
      expect(await verify(hasher, password, hash.slice(0, -3))).toBe(false);
      expect(hasher.needsRehash(hash)).toBe(true);
      // PW-20: the column of the base entity is enough.
      expect(hash.length).toBeLessThanOrEqual(255);
    },
  );

  it('is read by the one format that it has, and by none of the others', () => {
    for (const { format, hash } of foreignHashes) {
      const readers = Object.entries(formats).filter(([, { read }]) => read(hash) !== undefined);
      expect(readers.map(([name]) => name)).toEqual([format]);
    }
  });

  it('PW-07: is of the password as it was typed, which NFKC would change', () => {
    const hashes = foreignHashes.filter(({ password }) => password === ODD);
    expect(ODD.normalize('NFKC')).not.toBe(ODD);
    expect(new Set(hashes.map(({ format }) => format)).size).toBe(Object.keys(formats).length);
  });

  it('is right for nobody where its format is not configured', async () => {
    for (const { hash, password } of foreignHashes) {
      if (hash.startsWith('$argon2')) continue;
      expect(await main.verify(password, hash)).toBe(false);
    }
  });
});

describe('PHC strings of Argon2', () => {
  it.each(foreignHashes.filter(({ hash }) => hash.startsWith('$argon2')))(
    'PW-15: are read by the hasher itself, and renewed: $origin',
    async ({ hash, password }) => {
      expect(await main.verify(password.normalize('NFKC'), hash, password)).toBe(true);
      expect(await main.verify(`${password}x`, hash)).toBe(false);
      expect(main.needsRehash(hash)).toBe(true);
    },
  );

  it('PW-07: of this library are of the normalised password, however it is typed', async () => {
    const hash = await main.hash(ODD.normalize('NFKC'));
    expect(await main.verify(ODD.normalize('NFKC'), hash, ODD)).toBe(true);
    const beside = readerOf(formats.argon2);
    expect(await verify(beside, ODD, hash)).toBe(true);
    // Of another cost, and so in the hands of the format.
    const older = new Argon2PasswordHasher({ memoryKiB: 7168, iterations: 5 });
    expect(await verify(beside, ODD, await older.hash(ODD.normalize('NFKC')))).toBe(true);
    await older.onApplicationShutdown();
  });
});

describe('A hasher that migrates', () => {
  it('makes hashes of the main one, and ends its threads with it', async () => {
    const bcrypt = new BcryptPasswordHasher({ rounds: 4, allowInsecureRounds: true });
    const hasher = new MigratingPasswordHasher(bcrypt, [betterAuthHashes()]);
    const hash = await hasher.hash(PLAIN);
    expect(hash).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/);
    expect(hasher.needsRehash(hash)).toBe(false);
    expect(await hasher.verify(PLAIN, hash)).toBe(true);
    await hasher.onApplicationShutdown();
  });

  it('PW-18: has one queue with its main hasher', async () => {
    const bcrypt = new BcryptPasswordHasher({ rounds: 10, workers: 1, maxQueue: 1 });
    const hasher = new MigratingPasswordHasher(bcrypt, [bcryptHashes({ rounds: 10 })]);
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, () => hasher.verify(PLAIN, null)),
    );
    const refused = attempts.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(3);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 });
    }
    await hasher.onApplicationShutdown();
  });
});
