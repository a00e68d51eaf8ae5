import { Logger } from '@nestjs/common';

/** Schemes that may be named in a log: anything else before a `$` could be part of a secret. */
const SCHEMES = new Set(
  [
    ['2', '2a', '2b', '2x', '2y', 'bcrypt', 'bcrypt-sha256', 'bcrypt_sha256'],
    ['argon2', 'argon2i', 'argon2d', 'argon2id', 'scrypt', 'firebase-scrypt', '7', 'y', 'gy'],
    ['pbkdf2', 'pbkdf2-sha256', 'pbkdf2-sha512', 'pbkdf2_sha1', 'pbkdf2_sha256', 'pbkdf2-sha1'],
    ['1', '5', '6', 'md5', 'sha1', 'sha256', 'sha512', 'P', 'H', 'S', 'apr1'],
  ].flat(),
);
const HEXADECIMAL_PAIR = /^[0-9a-f]{32}:[0-9a-f]{128}$/;

/** Tells the operator, once for each scheme, of stored hashes that a hasher cannot read. */
export class UnreadableHashes {
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(private readonly hasher: string) {
    this.#logger = new Logger(hasher);
  }

  tell(storedHash: string): void {
    const scheme = schemeOf(storedHash);
    if (this.#told.has(scheme)) return;
    this.#told.add(scheme);
    this.#logger.warn(
      `A stored password hash ${scheme} cannot be read by ${this.hasher}: it is of another scheme, ` +
        'damaged, or demands more than is permitted. Every password is wrong for it. Add its format ' +
        'to a MigratingPasswordHasher, with the highest cost that is in your table, or let its owner ' +
        'choose a new password by POST /forgot-password.',
    );
  }
}

function schemeOf(storedHash: string): string {
  const [, name = ''] = /^\$?([\w-]{1,20})\$/.exec(storedHash) ?? [];
  if (SCHEMES.has(name)) return `of the scheme "${name}"`;
  return HEXADECIMAL_PAIR.test(storedHash) ? 'of the form "salt:key"' : 'of no known scheme';
}
