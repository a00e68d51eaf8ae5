import { randomBytes } from 'node:crypto';
import { base64Of, bytesOf } from '../strict-base64.js';
import { costOption } from './cost-option.js';
import type { HashFormat } from './hash-format.js';
import type { ScryptCost } from './scrypt.js';
import type { ScryptParameters } from './scrypt.worker.js';

/** The cost of a project's hashes: from the "password hash parameters" in Firebase's console. @publicApi */
export interface FirebaseCost {
  /** `rounds`. Default 8. */
  rounds?: number;
  /** `mem_cost`. Default 14. */
  memCost?: number;
}

/** Options of {@link firebaseHashes}: the "password hash parameters" in Firebase's console. @publicApi */
export interface FirebaseHashesOptions extends FirebaseCost {
  /** `base64_signer_key`. A secret: whoever has it and a hash can guess passwords. */
  signerKey: string;
  /** `base64_salt_separator`. */
  saltSeparator: string;
}

/** What `firebase auth:export` says of a user; the Admin SDK calls the salt `passwordSalt`. @publicApi */
export interface FirebaseCredential {
  passwordHash: string;
  salt: string;
}

/** `$firebase-scrypt$ln=<mem_cost>,r=<rounds>$<salt>$<hash>`, in Base64 without padding. */
const FORMAT =
  /^\$firebase-scrypt\$(ln=\d\d?,r=\d\d?)\$([A-Za-z0-9+/]{4,64})\$([A-Za-z0-9+/]{22,128})$/;

/**
 * Firebase's scrypt, in a text that {@link firebaseHash} writes.
 *
 * @throws TypeError for parameters that are no Base64 or out of range
 * @see https://github.com/firebase/scrypt
 * @publicApi
 */
export function firebaseHashes(options: FirebaseHashesOptions): HashFormat {
  const { rounds, memCost } = costOf(options);
  const signerKey = plainBase64('firebaseHashes: signerKey', options.signerKey);
  const separator = Buffer.from(
    plainBase64('firebaseHashes: saltSeparator', options.saltSeparator),
    'base64',
  );
  const cost: ScryptCost = { cost: 2 ** memCost, blockSize: rounds, parallelization: 1 };
  const parametersOf = (salt: string, digest: string): ScryptParameters => ({
    form: 'typed',
    hash: cost,
    usual: cost,
    salt: Buffer.concat([Buffer.from(salt, 'base64'), separator]).toString('base64'),
    digest,
    signerKey,
  });
  const keyLength = Buffer.from(signerKey, 'base64').length;
  return {
    worker: new URL('./scrypt.worker.js', import.meta.url),
    // A getter: the key of the signer is not to be seen where options are printed.
    get decoy() {
      return parametersOf(base64Of(randomBytes(10)), base64Of(randomBytes(keyLength)));
    },
    read(storedHash) {
      const [, price, salt, digest] = FORMAT.exec(storedHash) ?? [];
      if (price !== priceOf({ rounds, memCost })) return undefined;
      if (!salt || !digest || !bytesOf(salt)) return undefined;
      return bytesOf(digest)?.length === keyLength ? parametersOf(salt, digest) : undefined;
    },
  };
}

/**
 * The text for the column `hashedPassword`, of what Firebase exports of a user.
 *
 * @throws TypeError for what is no Base64, such as the hash of a user without a password
 * @example
 * const { users } = JSON.parse(await readFile('users.json', 'utf8')); // firebase auth:export users.json
 * const hashedPassword = users[0].passwordHash ? firebaseHash(users[0]) : null;
 * @publicApi
 */
export function firebaseHash(
  { passwordHash, salt }: FirebaseCredential,
  cost: FirebaseCost = {},
): string {
  const text =
    `$firebase-scrypt$${priceOf(costOf(cost))}$${plainBase64('firebaseHash: salt', salt)}` +
    `$${plainBase64('firebaseHash: passwordHash', passwordHash)}`;
  if (FORMAT.test(text)) return text;
  throw new TypeError('firebaseHash: salt or passwordHash is not of the length of Firebase.');
}

function costOf({ rounds = 8, memCost = 14 }: FirebaseCost): Required<FirebaseCost> {
  return {
    rounds: costOption('Firebase: rounds', rounds, 1, 16),
    memCost: costOption('Firebase: memCost', memCost, 1, rounds === 1 ? 15 : 17),
  };
}

function priceOf({ rounds, memCost }: Required<FirebaseCost>): string {
  return `ln=${memCost},r=${rounds}`;
}

/** Base64 in either alphabet, with or without padding; the value is in no message. */
function plainBase64(name: string, text: unknown): string {
  const plain = String(text ?? '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={0,2}$/, '');
  if (plain !== '' && bytesOf(plain)) return plain;
  throw new TypeError(`${name} must be Base64, as Firebase writes it.`);
}
