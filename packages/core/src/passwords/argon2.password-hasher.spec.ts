import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Argon2PasswordHasher } from './argon2.password-hasher.js';

vi.mock('node:module', async (original) => {
  const module = await original<typeof import('node:module')>();
  return { ...module, createRequire: vi.fn<typeof createRequire>(module.createRequire) };
});

describe('Argon2PasswordHasher', () => {
  it.each([
    {},
    { memoryKiB: 47_104, iterations: 1 },
    { memoryKiB: 12_288, iterations: 3 },
    { memoryKiB: 9216, iterations: 4 },
    { memoryKiB: 7168, iterations: 5 },
    { memoryKiB: 65_536, iterations: 3, parallelism: 4 },
    { memoryKiB: 64, iterations: 1, allowInsecureParameters: true },
  ])('PW-13: takes what OWASP demands, or more, or less for tests: %j', (options) => {
    expect(() => new Argon2PasswordHasher(options)).not.toThrow();
  });

  it.each([
    { memoryKiB: 19_455 },
    { iterations: 1 },
    { memoryKiB: 47_103, iterations: 1 },
    { memoryKiB: 7167, iterations: 50 },
  ])('PW-13: refuses less than OWASP demands, and says the remedy: %j', (options) => {
    expect(() => new Argon2PasswordHasher(options)).toThrow(
      /less than OWASP demands.*memoryKiB: 19456, iterations: 2.*allowInsecureParameters/,
    );
  });

  it.each([
    { memoryKiB: 19_456.5 },
    { memoryKiB: Number.NaN },
    { memoryKiB: 5_000_000 },
    { iterations: 0 },
    { iterations: -1 },
    { parallelism: 0 },
    { parallelism: 17 },
    { memoryKiB: 8, parallelism: 2 },
  ])('refuses what is impossible, in tests too: %j', (options) => {
    expect(() => new Argon2PasswordHasher({ ...options, allowInsecureParameters: true })).toThrow(
      /is impossible/,
    );
  });

  it.each([
    ['$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$', false],
    ['$argon2id$v=19$m=19456,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$', true],
    ['$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$', true],
    ['$argon2id$v=19$m=19456,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$', true],
    ['$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$', true],
    ['$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$', true],
    ['$2b$12$', true],
  ])('PW-14: wants a hash of other parameters renewed: %s', (text, isOther) => {
    expect(new Argon2PasswordHasher().needsRehash(text + 'A'.repeat(43))).toBe(isOther);
  });
});

describe('Without @node-rs/argon2', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.mocked(createRequire).mockReturnValue((() => {
      throw new Error("Cannot find module '@node-rs/argon2'\nRequire stack: …");
    }) as unknown as NodeJS.Require);
  });
  afterEach(() => vi.mocked(createRequire).mockReset());

  it('the hasher refuses to exist, and says what to install', async () => {
    const { Argon2PasswordHasher: Hasher } = await import('./argon2.password-hasher.js');
    expect(() => new Hasher()).toThrow(
      /^Argon2PasswordHasher needs .*npm install @node-rs\/argon2 \(Cannot find module '@node-rs\/argon2'\)$/,
    );
  });

  it('so does the format', async () => {
    const { argon2Hashes } = await import('./foreign/argon2-hashes.js');
    expect(() => argon2Hashes()).toThrow(/^argon2Hashes\(\) needs .*npm install @node-rs\/argon2/);
  });
});
