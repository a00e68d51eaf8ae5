import { describe, expect, it } from 'vitest';
import { argon2Hashes } from './argon2-hashes.js';
import { bcryptHashes } from './bcrypt-hashes.js';
import { betterAuthHashes } from './better-auth-hashes.js';
import { djangoHashes } from './django-hashes.js';
import { firebaseHash, firebaseHashes } from './firebase-hashes.js';
import { scryptHashes } from './scrypt-hashes.js';

const project = { signerKey: Buffer.alloc(64).toString('base64'), saltSeparator: 'Bw==' };
const SALT = 'c29tZXNhbHRzb21lc2FsdA';
const D32 = 'A'.repeat(43);
const D64 = 'A'.repeat(86);

const formats = {
  argon2: argon2Hashes({ memoryKiB: 1024, iterations: 2, parallelism: 1 }),
  bcrypt: bcryptHashes({ rounds: 10 }),
  betterAuth: betterAuthHashes(),
  django: djangoHashes({ iterations: 1000 }),
  firebase: firebaseHashes(project),
  scrypt: scryptHashes({ logCost: 10 }),
} as const;

/** As costly as is permitted, and in every detail right. */
const good: Record<keyof typeof formats, string> = {
  argon2: `argon2$argon2id$v=19$m=1024,t=2,p=1$${SALT}$${D32}`,
  bcrypt: `$2y$10$${'a'.repeat(53)}`,
  betterAuth: `${'a'.repeat(32)}:${'b'.repeat(128)}`,
  django: `pbkdf2_sha256$1000$salt$${D32}=`,
  firebase: `$firebase-scrypt$ln=14,r=8$${SALT}$${D64}`,
  scrypt: `$scrypt$ln=10,r=8,p=1$${SALT}$${D32}`,
};

describe('A format', () => {
  it.each(Object.keys(formats) as (keyof typeof formats)[])('reads its own hashes: %s', (name) => {
    expect(formats[name].read(good[name])).toBeDefined();
  });

  it.each([
    ['argon2', `argon2$argon2id$v=19$m=1025,t=1,p=1$${SALT}$${D32}`],
    ['argon2', `$argon2id$v=19$m=1024,t=3,p=1$${SALT}$${D32}`],
    ['argon2', `$argon2id$v=19$m=4194304,t=1,p=1$${SALT}$${D32}`],
    ['bcrypt', `$2b$11$${'a'.repeat(53)}`],
    ['bcrypt', `$2b$31$${'a'.repeat(53)}`],
    ['bcrypt', `$bcrypt-sha256$v=2,t=2b,r=11$${'a'.repeat(22)}$${'b'.repeat(31)}`],
    ['django', `pbkdf2_sha256$1001$salt$${D32}=`],
    ['django', `pbkdf2_sha256$99999999$salt$${D32}=`],
    ['firebase', `$firebase-scrypt$ln=17,r=8$${SALT}$${D64}`],
    ['firebase', `$firebase-scrypt$ln=14,r=16$${SALT}$${D64}`],
    ['scrypt', `$scrypt$ln=11,r=8,p=1$${SALT}$${D32}`],
    ['scrypt', `$scrypt$ln=10,r=9,p=1$${SALT}$${D32}`],
    ['scrypt', `$scrypt$ln=10,r=8,p=2$${SALT}$${D32}`],
    ['scrypt', `$scrypt$ln=99,r=99,p=99$${SALT}$${D32}`],
  ] as const)('PW-15, PW-20: does not work off what demands more: %s %s', (name, hash) => {
    expect(formats[name].read(hash)).toBeUndefined();
  });

  it('PW-15: does not work off what scrypt is not defined for, and would throw at', () => {
    const { read } = scryptHashes();
    expect(read(`$scrypt$ln=15,r=1,p=1$${SALT}$${D32}`)).toBeDefined();
    expect(read(`$scrypt$ln=16,r=1,p=1$${SALT}$${D32}`)).toBeUndefined();
    expect(read(`$scrypt$ln=16,r=2,p=1$${SALT}$${D32}`)).toBeDefined();
  });

  it.each([
    ['argon2', `argon2$$argon2id$v=19$m=1024,t=2,p=1$${SALT}$${D32}`],
    ['betterAuth', `${'a'.repeat(32)}:${'b'.repeat(127)}`],
    ['betterAuth', `${'A'.repeat(32)}:${'b'.repeat(128)}`],
    ['betterAuth', `${'a'.repeat(33)}:${'b'.repeat(128)}`],
    ['django', `pbkdf2_sha256$0$salt$${D32}=`],
    ['django', `pbkdf2_sha256$01$salt$${D32}=`],
    ['django', `pbkdf2_sha256$1e3$salt$${D32}=`],
    ['django', `pbkdf2_sha256$1000$$${D32}=`],
    ['django', `pbkdf2_sha256$1000$sa$lt$${D32}=`],
    ['django', `pbkdf2_sha256$1000$salt$${D32}`],
    ['django', `pbkdf2_sha256$1000$salt$${'A'.repeat(42)}B=`],
    ['django', `!${'a'.repeat(40)}`],
    ['firebase', `$firebase-scrypt$ln=14,r=8$${SALT}$${D32}`],
    ['firebase', `$firebase-scrypt$${SALT}$${D64}`],
    ['scrypt', `$scrypt$ln=10,r=8,p=1$${SALT}$${'A'.repeat(40)}`],
    ['scrypt', `$scrypt$ln=10,r=8,p=1$${SALT}$${D32}=`],
    ['scrypt', `$scrypt$N=1024,r=8,p=1$${SALT}$${D32}`],
  ] as const)('PW-15: does not read what is not exactly one: %s %s', (name, hash) => {
    expect(formats[name].read(hash)).toBeUndefined();
  });

  it.each(['', '$', 'x', '$2b$', '$argon2id$', ':', 'x'.repeat(1_000_000), '\0', '\ud800'])(
    'PW-15: does not throw for junk: %.20s',
    (hash) => {
      for (const { read } of Object.values(formats)) expect(read(hash)).toBeUndefined();
    },
  );

  it.each([
    () => bcryptHashes({ rounds: 17 }),
    () => bcryptHashes({ rounds: 3 }),
    () => djangoHashes({ iterations: 0 }),
    () => djangoHashes({ iterations: 1.5 }),
    () => argon2Hashes({ memoryKiB: 1, iterations: 1 }),
    () => argon2Hashes({ iterations: 0 }),
    () => argon2Hashes({ parallelism: 100 }),
    () => scryptHashes({ logCost: 21 }),
    () => scryptHashes({ blockSize: 0 }),
    () => scryptHashes({ blockSize: 1 }),
    () => scryptHashes({ parallelization: Number.NaN }),
    () => firebaseHashes({ ...project, memCost: 20 }),
    () => firebaseHashes({ ...project, rounds: 0 }),
    () => firebaseHashes({ ...project, rounds: 1, memCost: 16 }),
  ])('refuses a cost that is impossible or too high: %s', (make) => {
    expect(make).toThrow(/must be a whole number from \d+ to \d+, not /);
  });
});

describe('Firebase', () => {
  it('takes Base64 in both alphabets, with and without padding', () => {
    const hash = {
      passwordHash: Buffer.alloc(64, 0xfb).toString('base64'),
      salt: '42xEC+ixf3L2lw==',
    };
    const text = firebaseHash(hash);
    expect(text).toMatch(/^\$firebase-scrypt\$ln=14,r=8\$42xEC\+ixf3L2lw\$[A-Za-z0-9+/]{86}$/);
    const urlSafe = (value: string): string => Buffer.from(value, 'base64').toString('base64url');
    expect(
      firebaseHash({ passwordHash: urlSafe(hash.passwordHash), salt: urlSafe(hash.salt) }),
    ).toBe(text);
    expect(firebaseHash(hash, { memCost: 12, rounds: 4 })).toContain('$ln=12,r=4$');
  });

  it.each([
    { passwordHash: '', salt: 'AAAA' },
    { passwordHash: D64, salt: '' },
    { passwordHash: 'not Base64!', salt: 'AAAA' },
    { passwordHash: 'AAAA', salt: 'AAAA' },
    { passwordHash: undefined as unknown as string, salt: 'AAAA' },
  ])('refuses what cannot be a hash, without repeating it: %j', (credential) => {
    expect(() => firebaseHash(credential)).toThrow(/^firebaseHash: [^!]+\.$/);
  });

  it('refuses a signer key that is none, without repeating it', () => {
    const make = (): unknown => firebaseHashes({ ...project, signerKey: 'secret!' });
    expect(make).toThrow('firebaseHashes: signerKey must be Base64, as Firebase writes it.');
  });
});
