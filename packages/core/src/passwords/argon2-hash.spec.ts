import { describe, expect, it } from 'vitest';
import { greaterOf, isWithin, readArgon2Hash, writeArgon2Hash } from './argon2-hash.js';

const SALT = 'c29tZXNhbHRzb21lc2FsdA';
const DIGEST = 'A'.repeat(43);
const phc = (parameters: string, salt = SALT, digest = DIGEST): string =>
  `$argon2id$v=19$${parameters}$${salt}$${digest}`;

describe('A PHC string of Argon2', () => {
  it.each([
    phc('m=19456,t=2,p=1'),
    `$argon2i$v=16$m=4096,t=3,p=1$${SALT}$${DIGEST}`,
    `$argon2d$v=19$m=65536,t=3,p=4$${SALT}$${'A'.repeat(22)}`,
  ])('is read, and written as it was: %s', (text) => {
    const hash = readArgon2Hash(text);
    expect(hash).toBeDefined();
    expect(writeArgon2Hash(hash as NonNullable<typeof hash>)).toBe(text);
  });

  it('without a version is of version 16', () => {
    expect(readArgon2Hash(`$argon2i$m=4096,t=3,p=1$${SALT}$${DIGEST}`)?.version).toBe(16);
  });

  it.each([
    '',
    '$argon2id$',
    phc('m=19456,t=2,p=0'),
    phc('m=19456,t=0,p=1'),
    phc('m=019456,t=2,p=1'),
    phc('m=4,t=2,p=1'),
    phc('m=64,t=2,p=99'),
    phc('m=99999999,t=2,p=1'),
    phc('t=2,m=19456,p=1'),
    phc('m=19456,t=2,p=1,keyid=AAAA'),
    phc('m=19456,t=2,p=1', 'c2FsdA'),
    phc('m=19456,t=2,p=1', SALT, 'A'.repeat(41)),
    phc('m=19456,t=2,p=1', SALT, `${'A'.repeat(42)}B`),
    phc('m=19456,t=2,p=1', SALT, `${DIGEST}=`),
    phc('m=19456,t=2,p=1', SALT, `${'A'.repeat(42)}-`),
    `${phc('m=19456,t=2,p=1')}\n`,
    `$argon2x$v=19$m=19456,t=2,p=1$${SALT}$${DIGEST}`,
    `$argon2id$v=20$m=19456,t=2,p=1$${SALT}$${DIGEST}`,
    'x'.repeat(1_000_000),
  ])('PW-15: that is not exactly one is not read: %.60s', (text) => {
    expect(readArgon2Hash(text)).toBeUndefined();
  });

  it('PW-20: is within a limit by its memory and by its work', () => {
    const limit = { memoryKiB: 1000, iterations: 3, parallelism: 1 };
    expect(isWithin({ ...limit, parallelism: 4 }, limit)).toBe(true);
    expect(isWithin({ ...limit, memoryKiB: 500, iterations: 6 }, limit)).toBe(true);
    expect(isWithin({ ...limit, memoryKiB: 1001, iterations: 1 }, limit)).toBe(false);
    expect(isWithin({ ...limit, iterations: 4 }, limit)).toBe(false);
    const wide = { memoryKiB: 4000, iterations: 1, parallelism: 1 };
    expect(isWithin(limit, greaterOf(wide, limit))).toBe(true);
    expect(isWithin(wide, greaterOf(wide, limit))).toBe(true);
    expect(isWithin({ ...wide, iterations: 2 }, greaterOf(wide, limit))).toBe(false);
  });
});
