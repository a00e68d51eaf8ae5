import { createHash, randomBytes } from 'node:crypto';
import { PasswordHasher } from '@nestjs-users/core';

const FORMAT = /^\$insecure-test\$v=(\d+)\$([0-9a-f]{32})\$([0-9a-f]{64})$/;

/** Options of {@link FastPasswordHasher}. @publicApi */
export interface FastPasswordHasherOptions {
  /** Hashes of another version are renewed at login. Default 1. */
  version?: number;
}

/**
 * A hasher that costs nothing, so that tests do not wait: one SHA-256. It refuses to exist in
 * production.
 *
 * @example
 * UsersModule.forRoot({ …, passwordHasher: new FastPasswordHasher() })
 * @publicApi
 */
export class FastPasswordHasher extends PasswordHasher {
  readonly #version: number;

  /** @throws Error where `NODE_ENV` is `production` */
  constructor({ version = 1 }: FastPasswordHasherOptions = {}) {
    super();
    if (process.env['NODE_ENV'] === 'production') {
      throw new Error('FastPasswordHasher is for tests. Use BcryptPasswordHasher in production.');
    }
    this.#version = version;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16).toString('hex');
    return `$insecure-test$v=${this.#version}$${salt}$${digest(salt, password)}`;
  }

  async verify(password: string, storedHash: string | null): Promise<boolean> {
    const [, , salt, expected] = FORMAT.exec(storedHash ?? '') ?? [];
    return salt !== undefined && digest(salt, password) === expected;
  }

  needsRehash(storedHash: string): boolean {
    return FORMAT.exec(storedHash)?.[1] !== String(this.#version);
  }
}

function digest(salt: string, password: string): string {
  return createHash('sha256').update(salt).update(password).digest('hex');
}
