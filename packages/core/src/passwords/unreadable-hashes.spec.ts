import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnreadableHashes } from './unreadable-hashes.js';

describe('Hashes that cannot be read', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it('are told once for each scheme, with the remedy', () => {
    const unreadable = new UnreadableHashes('SomeHasher');
    unreadable.tell('pbkdf2_sha256$1000$one$digest');
    unreadable.tell('pbkdf2_sha256$1000$two$digest');
    unreadable.tell('$argon2id$v=19$m=1,t=1,p=1$salt$digest');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /of the scheme "pbkdf2_sha256" cannot be read by SomeHasher.*Migrating/,
    );
    expect(lines[1]).toContain('of the scheme "argon2id"');
  });

  it.each([
    ['secret$horse', 'of no known scheme'],
    ['$secret$horse', 'of no known scheme'],
    ['secret', 'of no known scheme'],
    ['', 'of no known scheme'],
    [`${'5ec7e7'.padEnd(32, '0')}:${'5ec7e7'.padEnd(128, '0')}`, 'of the form "salt:key"'],
    [`$2b$12$secret${'x'.repeat(47)}`, 'of the scheme "2b"'],
  ])('EN-10: nothing of the hash itself is logged: %.20s', (hash, words) => {
    new UnreadableHashes('SomeHasher').tell(hash);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(words);
    expect(lines[0]).not.toMatch(/secret|5ec7e7|horse/);
  });
});
