import { environment } from './environment.js';

/** How one hashes by hand: bcryptjs on the event loop, or Argon2id in libuv's pool. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

/** Token of {@link Passwords}. */
export const PASSWORDS = Symbol('PASSWORDS');

/** Only what is used is loaded, for memory and the time of the start are measured as well. */
export async function passwords(): Promise<Passwords> {
  return environment.hasher === 'argon2id' ? argon2id() : bcrypt();
}

async function bcrypt(): Promise<Passwords> {
  const { compare, hash } = await import('bcryptjs');
  const rounds = environment.hasher === 'bcrypt-12' ? 12 : 10;
  return {
    hash: (password) => hash(password, rounds),
    verify: (password, stored) => compare(password, stored),
  };
}

/** OWASP's parameters, and the defaults of `Argon2PasswordHasher`. */
async function argon2id(): Promise<Passwords> {
  const { hash, verify } = await import('@node-rs/argon2');
  const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
  return {
    hash: (password) => hash(password, cost),
    verify: (password, stored) => verify(stored, password),
  };
}
