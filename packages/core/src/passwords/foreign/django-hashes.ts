import { randomBytes } from 'node:crypto';
import { base64Of, bytesOf } from '../strict-base64.js';
import { costOption } from './cost-option.js';
import type { HashFormat } from './hash-format.js';
import type { Pbkdf2Parameters } from './pbkdf2.worker.js';

/** Options of {@link djangoHashes}. @publicApi */
export interface DjangoHashesOptions {
  /**
   * The highest number of iterations in the table; above it, a hash is not read. Default 1,200,000
   * (Django 6.0). Less makes failed logins cheaper: Django 3.2 has 260,000, 4.2 600,000, 5.2
   * 1,000,000.
   */
  iterations?: number;
}

/** `pbkdf2_sha256$<iterations>$<salt>$<digest>`; the salt is text without `$`. */
const FORMAT = /^pbkdf2_sha256\$([1-9]\d{0,7})\$([!-#%-~]{1,64})\$([A-Za-z0-9+/]{43})=$/;

/**
 * Django's default, `pbkdf2_sha256$…`. For Django's Argon2 see {@link argon2Hashes}.
 *
 * @publicApi
 */
export function djangoHashes({ iterations = 1_200_000 }: DjangoHashesOptions = {}): HashFormat {
  costOption('djangoHashes: iterations', iterations, 1, 10_000_000);
  const usual = iterations;
  const [salt, digest] = [randomBytes(11).toString('hex'), base64Of(randomBytes(32))];
  return {
    worker: new URL('./pbkdf2.worker.js', import.meta.url),
    decoy: { iterations, usual, salt, digest } satisfies Pbkdf2Parameters,
    read(storedHash): Pbkdf2Parameters | undefined {
      const [, count, saltText, digestText] = FORMAT.exec(storedHash) ?? [];
      if (!saltText || !digestText || !bytesOf(digestText)) return undefined;
      const parameters = { iterations: Number(count), usual, salt: saltText, digest: digestText };
      return parameters.iterations <= usual ? parameters : undefined;
    },
  };
}
