import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';
import { secretKey } from './secret.js';
import { type JwtAlgorithm, sharedKey, type TokenKey } from './token-key.js';

/** A shared secret with a name. @publicApi */
export interface JwtSecretKey {
  /** Its name in tokens (`kid`): 1 to 64 letters, digits, `-`, `_` and `.`; another key, another name. */
  id: string;
  algorithm: 'HS256';
  /** At least 32 random bytes; whoever knows it can be anybody. */
  secret: string;
}

/** A key pair of which this application has the private half: it signs. @publicApi */
export interface JwtPrivateKey {
  /** Its name in tokens (`kid`): 1 to 64 letters, digits, `-`, `_` and `.`; another key, another name. */
  id: string;
  algorithm: Exclude<JwtAlgorithm, 'HS256'>;
  /** PKCS #8 as PEM, or a `KeyObject`. RSA has at least 2048 bits (RFC 7518, 3.3). */
  privateKey: string | KeyObject;
}

/** The public half of a key pair: it only checks what another application signs, or has signed. @publicApi */
export interface JwtPublicKey {
  /** Its name in tokens (`kid`). */
  id: string;
  algorithm: Exclude<JwtAlgorithm, 'HS256'>;
  /** SPKI as PEM, or a `KeyObject`. */
  publicKey: string | KeyObject;
}

/** A key of a {@link JwtTokenStrategy}. @publicApi */
export type JwtKey = JwtSecretKey | JwtPrivateKey | JwtPublicKey;

/** What makes a private key of each algorithm. */
const COMMANDS: Readonly<Record<Exclude<JwtAlgorithm, 'HS256'>, string>> = {
  RS256: 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  ES256: 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
  EdDSA: 'openssl genpkey -algorithm ed25519',
};

const MIN_RSA_BITS = 2048;

/**
 * The keys made of configured ones.
 *
 * @param option - name of the option, for messages, which never show a key
 * @throws TypeError for a key that is missing, unreadable, too small or made for another algorithm, and
 * for names that are unfit or repeated
 */
export function tokenKeys(option: string, keys: readonly JwtKey[]): TokenKey[] {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      `${option} is empty. Write for instance \`[{ id: '2026-11', algorithm: 'ES256', privateKey }]\`.`,
    );
  }
  const ids = keys.map((key) => (key as Partial<JwtKey>).id);
  const unfit = ids.find((id) => typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id));
  if (ids.includes(unfit)) {
    throw new TypeError(
      `${option}: each key needs an id of 1 to 64 letters, digits, "-", "_" and ".": the month in which ` +
        `it was made, say.`,
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new TypeError(
      `${option} has two keys "${repeated}". Tokens name their key by it: another key, another id.`,
    );
  }
  return keys.map((key: JwtKey) => tokenKey(`${option}: "${key.id}"`, key));
}

/** @throws TypeError unless the first key, which signs, can sign */
export function assertSigns(option: string, [first]: readonly TokenKey[]): void {
  if (first?.signing) return;
  throw new TypeError(
    `${option}: the first key signs the tokens, and "${first?.id}" has no privateKey. Move the key that ` +
      'is to sign to the front.',
  );
}

function tokenKey(name: string, key: JwtKey): TokenKey {
  if (key.algorithm === 'HS256') return sharedKey(secretKey(`${name} secret`, key.secret), key.id);
  const { id, algorithm } = key;
  if (!(algorithm in COMMANDS)) {
    throw new TypeError(`${name}: the algorithm must be HS256, RS256, ES256 or EdDSA.`);
  }
  const signing = 'privateKey' in key ? readKey(name, 'private', key.privateKey) : undefined;
  const verifying = signing
    ? createPublicKey(signing)
    : readKey(name, 'public', (key as Partial<JwtPublicKey>).publicKey);
  const problem = keyProblem(algorithm, verifying);
  if (problem) throw new TypeError(`${name} ${problem} Make one with: ${COMMANDS[algorithm]}`);
  return { id, algorithm, verifying, ...(signing && { signing }) };
}

function readKey(name: string, type: 'private' | 'public', key: unknown): KeyObject {
  if (key instanceof KeyObject) {
    if (key.type === type) return key;
    throw new TypeError(`${name}: ${type}Key is a ${key.type} key.`);
  }
  if (typeof key !== 'string' || key === '') {
    throw new TypeError(`${name}: ${type}Key is missing. Is the environment variable set?`);
  }
  try {
    return type === 'private' ? createPrivateKey(key) : publicKeyOf(key);
  } catch {
    // What OpenSSL says might quote the text.
    throw new TypeError(
      `${name}: ${type}Key cannot be read. It must be PEM ("-----BEGIN ${type.toUpperCase()} KEY-----"), ` +
        'with real line breaks; a key with a passphrase as a KeyObject.',
    );
  }
}

/** Node would take the public half out of a private key, which has no business there. */
function publicKeyOf(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) throw new TypeError('This is a private key.');
  return createPublicKey(pem);
}

/** What is wrong with a public key for an algorithm; `undefined` if nothing is. */
export function keyProblem(algorithm: JwtAlgorithm, key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  switch (algorithm) {
    case 'RS256': {
      if (type !== 'rsa') return 'is no RSA key.';
      const { modulusLength = 0 } = details;
      return modulusLength < MIN_RSA_BITS
        ? `has ${modulusLength} bits, and ${MIN_RSA_BITS} are needed.`
        : undefined;
    }
    case 'ES256':
      return type === 'ec' && details.namedCurve === 'prime256v1'
        ? undefined
        : 'is no key of the curve P-256.';
    case 'EdDSA':
      return type === 'ed25519' ? undefined : 'is no Ed25519 key.';
    default:
      return 'is a shared secret.';
  }
}
