import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type Argon2Cost,
  type Argon2Hash,
  type Argon2Kind,
  writeArgon2Hash,
} from './argon2-hash.js';
import { argon2Library } from './argon2-library.js';
import { base64Of } from './strict-base64.js';

/** As `@node-rs/argon2` numbers them. */
const ALGORITHMS = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;
const VERSIONS = { 16: 0, 19: 1 } as const;

/** For work in vain. */
const NO_SALT = base64Of(Buffer.alloc(16));

/** Argon2id, in the PHC string format. Runs on a worker thread: blocks for the whole work. */
export function hashPassword(password: string, cost: Argon2Cost): string {
  const salt = base64Of(randomBytes(16));
  const hash: Argon2Hash = { ...cost, variant: 'argon2id', version: 19, salt, digest: '' };
  return writeArgon2Hash({ ...hash, digest: base64Of(digestOf(password, hash, 32)) });
}

/**
 * Runs on a worker thread. A failure costs as much as each of the passwords would cost with a hash
 * of the usual cost: after a cheaper one, what is missing is worked off in vain.
 */
export function verifyPassword(
  passwords: readonly string[],
  hash: Argon2Hash,
  topUp: Argon2Cost | undefined,
): boolean {
  return passwords.some((password) => {
    const isRight = matches(password, hash);
    if (!isRight && topUp) work(topUp);
    return isRight;
  });
}

/** Works off a cost in vain. */
export function work(cost: Argon2Cost | Argon2Kind): void {
  const kind: Argon2Kind = { variant: 'argon2id', version: 19, ...cost };
  digestOf('', { ...kind, salt: NO_SALT }, 32);
}

function matches(password: string, hash: Argon2Hash): boolean {
  const expected = Buffer.from(hash.digest, 'base64');
  return timingSafeEqual(digestOf(password, hash, expected.length), expected);
}

function digestOf(password: string, hash: Omit<Argon2Hash, 'digest'>, length: number): Buffer {
  return argon2Library('Argon2').hashRawSync(password, {
    algorithm: ALGORITHMS[hash.variant],
    version: VERSIONS[hash.version],
    memoryCost: hash.memoryKiB,
    timeCost: hash.iterations,
    parallelism: hash.parallelism,
    outputLen: length,
    salt: Buffer.from(hash.salt, 'base64'),
  });
}
