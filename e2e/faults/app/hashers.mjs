import { Argon2PasswordHasher, BcryptPasswordHasher, PasswordHasher } from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);

/** What a hasher must not be: its work fills the threads in which Node looks up names, without a bound. */
class LibuvPasswordHasher extends PasswordHasher {
  async hash(password, salt = randomBytes(16).toString('base64url')) {
    const key = await derive(password, salt, 32, { N: 2 ** 16, maxmem: 2 ** 27 });
    return `${salt}.${key.toString('base64url')}`;
  }

  async verify(password, stored) {
    const [salt, key = ''] = (stored ?? 'nobody.').split('.');
    const [, found] = (await this.hash(password, salt)).split('.');
    return key.length === found.length && timingSafeEqual(Buffer.from(key), Buffer.from(found));
  }

  needsRehash() {
    return false;
  }
}

const HASHERS = {
  fast: () => new FastPasswordHasher(),
  bcrypt: () => new BcryptPasswordHasher(),
  // Some 20 ms for a hash, and a line that is long enough for all who come.
  quick: () => new BcryptPasswordHasher({ rounds: 8, allowInsecureRounds: true, maxQueue: 128 }),
  unbounded: () => new BcryptPasswordHasher({ maxQueue: 1_000_000 }),
  // A thread for each core, and more.
  greedy: () => new BcryptPasswordHasher({ workers: 8 }),
  libuv: () => new LibuvPasswordHasher(),
  argon2: () => new Argon2PasswordHasher(),
};

/** That of the process, by the environment. */
export const hasher = HASHERS[process.env.HASHER ?? 'fast']();
