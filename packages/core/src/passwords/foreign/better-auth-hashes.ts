import { randomBytes } from 'node:crypto';
import type { HashFormat } from './hash-format.js';
import type { ScryptCost } from './scrypt.js';
import type { ScryptParameters } from './scrypt.worker.js';

/** Better Auth's parameters: they are not in its hashes. */
const COST: ScryptCost = { cost: 16_384, blockSize: 16, parallelization: 1 };

/** Salt and key in hexadecimal digits. */
const FORMAT = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

/**
 * Better Auth's scrypt: the column `password` of its table `account`, where `providerId` is
 * `credential`. Like this library it normalises passwords to NFKC.
 *
 * @publicApi
 */
export function betterAuthHashes(): HashFormat {
  return {
    worker: new URL('./scrypt.worker.js', import.meta.url),
    decoy: parametersOf(randomBytes(16).toString('hex'), randomBytes(64).toString('hex')),
    read(storedHash) {
      const [, salt, key] = FORMAT.exec(storedHash) ?? [];
      return salt && key ? parametersOf(salt, key) : undefined;
    },
  };
}

/** The digits of the salt are the salt, not the bytes that they stand for. */
function parametersOf(salt: string, key: string): ScryptParameters {
  return {
    form: 'normalized',
    hash: COST,
    usual: COST,
    salt: Buffer.from(salt, 'ascii').toString('base64'),
    digest: Buffer.from(key, 'hex').toString('base64'),
  };
}
