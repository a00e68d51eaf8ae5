import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assertSigns, type JwtKey, tokenKeys } from './jwt-keys.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
const SECRET = randomBytes(48).toString('base64url');

const good: JwtKey[] = [
  { id: 'a', algorithm: 'HS256', secret: SECRET },
  { id: 'b', algorithm: 'RS256', privateKey: pkcs8(rsa.privateKey) },
  { id: 'c', algorithm: 'ES256', privateKey: p256.privateKey },
  { id: 'd', algorithm: 'EdDSA', privateKey: pkcs8(ed25519.privateKey) },
  { id: 'e', algorithm: 'RS256', publicKey: spki(rsa.publicKey) },
  { id: 'f', algorithm: 'ES256', publicKey: p256.publicKey },
];

describe('tokenKeys', () => {
  it('takes PEM and key objects, private halves and public ones', () => {
    const keys = tokenKeys('keys', good);
    expect(keys.map(({ id, signing }) => [id, signing !== undefined])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
      ['d', true],
      ['e', false],
      ['f', false],
    ]);
    expect(keys.slice(1).every(({ verifying }) => verifying.type === 'public')).toBe(true);
  });

  it.each([
    ['no keys', [], /keys is empty/],
    ['no list', undefined, /keys is empty/],
    ['no id', [{ algorithm: 'HS256', secret: SECRET }], /needs an id/],
    ['an id of blanks', [{ ...good[0], id: 'a b' }], /needs an id/],
    ['an id of 65 letters', [{ ...good[0], id: 'a'.repeat(65) }], /needs an id/],
    ['one id twice', [good[0], { ...good[1], id: 'a' }], /two keys "a"/],
    ['another algorithm', [{ ...good[1], algorithm: 'RS512' }], /HS256, RS256, ES256 or EdDSA/],
    ['the algorithm none', [{ ...good[1], algorithm: 'none' }], /HS256, RS256, ES256 or EdDSA/],
    ['a short secret', [{ ...good[0], secret: 'short' }], /"a" secret is too short/],
    ['no private key', [{ ...good[1], privateKey: undefined }], /privateKey is missing/],
    ['an empty one', [{ ...good[1], privateKey: '' }], /missing. Is the environment variable set/],
    ['neither half', [{ id: 'x', algorithm: 'ES256' }], /publicKey is missing/],
    [
      'line breaks as letters',
      [{ ...good[1], privateKey: pkcs8(rsa.privateKey).replaceAll('\n', '\\n') }],
      /real line breaks/,
    ],
    ['a public key as the private one', [{ ...good[1], privateKey: rsa.publicKey }], /public key/],
    [
      'a public PEM as the private one',
      [{ ...good[1], privateKey: spki(rsa.publicKey) }],
      /cannot be read/,
    ],
    [
      'a private PEM as the public one',
      [{ ...good[4], publicKey: pkcs8(rsa.privateKey) }],
      /be read/,
    ],
    ['a private key as the public one', [{ ...good[4], publicKey: rsa.privateKey }], /private key/],
    [
      'a secret as the public one',
      [{ ...good[4], publicKey: createSecretKey(randomBytes(32)) }],
      /secret key/,
    ],
    ['RSA of 1024 bits', [{ ...good[1], privateKey: short.privateKey }], /1024 bits, and 2048/],
    ['RSA for ES256', [{ ...good[2], privateKey: rsa.privateKey }], /no key of the curve P-256/],
    ['P-384 for ES256', [{ ...good[2], privateKey: p384.privateKey }], /no key of the curve P-256/],
    ['P-256 for EdDSA', [{ ...good[3], privateKey: p256.privateKey }], /no Ed25519 key/],
    ['Ed25519 for RS256', [{ ...good[1], privateKey: ed25519.privateKey }], /no RSA key/],
  ])('TK-10: refuses %s', (_title, keys, message) => {
    expect(() => tokenKeys('keys', keys as JwtKey[])).toThrow(message);
  });

  it('TK-10: a message shows no key', () => {
    const broken = pkcs8(rsa.privateKey).replace('MII', 'MIX');
    const body = broken.split('\n')[3] ?? '';
    try {
      tokenKeys('keys', [{ id: 'x', algorithm: 'RS256', privateKey: broken }]);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain(body);
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it('the first one signs', () => {
    expect(() => assertSigns('keys', tokenKeys('keys', good.slice(1)))).not.toThrow();
    expect(() => assertSigns('keys', tokenKeys('keys', good.slice(4)))).toThrow(
      /"e" has no privateKey/,
    );
  });
});
