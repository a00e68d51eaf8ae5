import { hashSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { costOf, hashPassword, isCurrent, verifyPassword } from './bcrypt-sha256.js';

const verifies = (password: string, hash: string, rounds: number): boolean =>
  verifyPassword({ typed: password, normalized: password }, hash, rounds);

describe('bcrypt over HMAC-SHA-256', () => {
  it('verifies a hash that passlib made', () => {
    // From the documentation of passlib.hash.bcrypt_sha256, version 2.
    const hash =
      '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2';
    expect(verifies('password', hash, 12)).toBe(true);
  });

  it('PW-13: describes itself, and salts', () => {
    const [a, b] = [hashPassword('same password', 4), hashPassword('same password', 4)];
    expect(a).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/);
    expect(a).not.toBe(b);
    expect(verifies('same password', a, 4)).toBe(true);
    expect(verifies('same password', b, 4)).toBe(true);
  });

  it.each([72, 73, 128, 1000])('PW-04: sees a difference after %i bytes', (length) => {
    const hash = hashPassword(`${'A'.repeat(length)}X`, 4);
    expect(verifies(`${'A'.repeat(length)}X`, hash, 4)).toBe(true);
    expect(verifies(`${'A'.repeat(length)}Y`, hash, 4)).toBe(false);
    expect(verifies('A'.repeat(length), hash, 4)).toBe(false);
  });

  it('PW-05: is not cut by NUL', () => {
    const hash = hashPassword('abc\0def12345', 4);
    expect(verifies('abc\0zzz12345', hash, 4)).toBe(false);
  });

  it.each(['2a', '2b', '2y'])(
    'verifies plain $%s$ hashes from elsewhere, and wants them renewed',
    (minor) => {
      const hash = hashSync('correct horse', 4).replace('$2b$', `$${minor}$`);
      expect(verifies('correct horse', hash, 4)).toBe(true);
      expect(verifies('wrong horse', hash, 4)).toBe(false);
      expect(isCurrent(hash, 4)).toBe(false);
    },
  );

  it.each([
    '',
    'x',
    '$2b$',
    '$argon2id$',
    '$2b$31$tooExpensive0123456789.tooExpensive0123456789.01234567',
    '$bcrypt-sha256$v=2,t=2b,r=99$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2',
    '$bcrypt-sha256$v=1,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2',
    'x'.repeat(1_000_000),
  ])('PW-15: takes a broken hash for a wrong password (%.20s…)', (hash) => {
    expect(costOf(hash)).toBeUndefined();
    expect(verifies('password', hash, 4)).toBe(false);
  });
});
