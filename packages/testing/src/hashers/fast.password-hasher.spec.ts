import { afterEach, describe, expect, it, vi } from 'vitest';
import { FastPasswordHasher } from './fast.password-hasher.js';

describe('FastPasswordHasher', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('verifies what it has hashed, and nothing else', async () => {
    const hasher = new FastPasswordHasher();
    const hash = await hasher.hash('right horse');
    expect(await hasher.verify('right horse', hash)).toBe(true);
    expect(await hasher.verify('wrong horse', hash)).toBe(false);
    for (const stored of [null, '', 'right horse', hash.slice(0, -1), `${hash} `]) {
      expect(await hasher.verify('right horse', stored)).toBe(false);
    }
  });

  it('salts, says in the hash that it is insecure, and keeps the password out of it', async () => {
    const hasher = new FastPasswordHasher();
    const hash = await hasher.hash('right horse');
    expect(hash).toMatch(/^\$insecure-test\$/);
    expect(hash).not.toContain('right horse');
    expect(await hasher.hash('right horse')).not.toBe(hash);
  });

  it('wants hashes of another version or kind to be renewed', async () => {
    const old = await new FastPasswordHasher().hash('right horse');
    const hasher = new FastPasswordHasher({ version: 2 });
    expect(hasher.needsRehash(old)).toBe(true);
    expect(await hasher.verify('right horse', old)).toBe(true);
    expect(hasher.needsRehash(await hasher.hash('right horse'))).toBe(false);
    expect(hasher.needsRehash('$2b$12$')).toBe(true);
  });

  it('refuses to exist in production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => new FastPasswordHasher()).toThrow('for tests');
  });
});
