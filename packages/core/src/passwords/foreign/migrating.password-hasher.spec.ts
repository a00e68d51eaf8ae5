import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BcryptPasswordHasher } from '../bcrypt.password-hasher.js';
import { hashPassword } from '../bcrypt-sha256.js';
import { HashingPool } from '../hashing-pool.js';
import type { VerificationTask } from '../verification-task.js';
import type { HashFormat } from './hash-format.js';
import { MigratingPasswordHasher } from './migrating.password-hasher.js';

const PASSWORD = 'correct horse';

/** Plain text behind a prefix: what matters here is who is asked, and with what. */
function plain(prefix: string): HashFormat {
  return {
    worker: new URL(`file:///${prefix}.worker.js`),
    decoy: 'decoy',
    read: (hash) => (hash.startsWith(prefix) ? hash.slice(prefix.length) : undefined),
  };
}

describe('MigratingPasswordHasher', () => {
  const bcrypt = new BcryptPasswordHasher({ rounds: 4, allowInsecureRounds: true });
  const hasher = new MigratingPasswordHasher(bcrypt, [plain('one:'), plain('two:')]);
  /** Which workers ran, with what. */
  const work: string[] = [];

  beforeEach(() => {
    work.length = 0;
    vi.spyOn(HashingPool.prototype, 'run').mockImplementation(async (worker, task) => {
      const { typed, parameters } = task as VerificationTask<string | { storedHash: string }>;
      const hash = typeof parameters === 'string' ? parameters : parameters.storedHash;
      const name = /([^/]+)\.worker\.js$/.exec(worker.pathname)?.[1];
      work.push(`${name} ${hash === '' || hash === 'decoy' ? 'decoy' : 'hash'}`);
      return typed === hash;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['nobody', null, 'bcrypt decoy'],
    ['junk', 'junk', 'bcrypt decoy'],
    ['a megabyte', `one:${'x'.repeat(1e6)}`, 'bcrypt decoy'],
    ['a current hash', hashPassword('another', 4), 'bcrypt hash'],
    ['an old hash', hashPassword('another', 5), 'bcrypt hash'],
    ['the first format', 'one:another', 'one: hash'],
    ['the second format', 'two:another', 'two: hash'],
  ])(
    'EN-01, EN-02: a wrong password costs main and every format once, in one order: %s',
    async (_whose, hash, real) => {
      expect(await hasher.verify(PASSWORD, hash)).toBe(false);
      const decoys = ['bcrypt decoy', 'one: decoy', 'two: decoy'];
      expect(work).toEqual(
        decoys.map((decoy) => (decoy.split(' ')[0] === real.split(' ')[0] ? real : decoy)),
      );
    },
  );

  it('a right password ends the work', async () => {
    expect(await hasher.verify(PASSWORD, `one:${PASSWORD}`)).toBe(true);
    expect(work).toEqual(['bcrypt decoy', 'one: hash']);
  });

  it('hands over both forms of the password', async () => {
    expect(await hasher.verify('12', 'two:\u00bd', '\u00bd')).toBe(true);
    expect(await hasher.verify('12', 'two:\u00bd')).toBe(false);
  });

  it('never takes the right decoy for a right password', async () => {
    expect(await hasher.verify('decoy', null)).toBe(false);
    expect(await hasher.verify('decoy', 'two:another')).toBe(false);
  });

  it('leaves what main makes today to main, whichever format could read it', async () => {
    const greedy = new MigratingPasswordHasher(bcrypt, [plain('$bcrypt-sha256')]);
    await greedy.verify(PASSWORD, hashPassword(PASSWORD, 4));
    expect(work[0]).toBe('bcrypt hash');
    work.length = 0;
    await greedy.verify(PASSWORD, hashPassword(PASSWORD, 5));
    expect(work).toEqual(['bcrypt decoy', '$bcrypt-sha256 hash']);
  });

  it('PW-14: wants every foreign hash renewed', () => {
    expect(hasher.needsRehash('one:x')).toBe(true);
    expect(hasher.needsRehash(hashPassword(PASSWORD, 4))).toBe(false);
  });
});
