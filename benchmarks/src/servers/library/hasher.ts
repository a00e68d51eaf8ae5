import {
  Argon2PasswordHasher,
  BcryptPasswordHasher,
  type HashingPoolOptions,
  type PasswordHasher,
} from '@nestjs-users/core';
import { environment } from '../environment.js';

/** The hasher that the runner wants; without any word of it, the workers are what they are by default. */
export function hasher(): PasswordHasher {
  const { workers } = environment;
  const bounds: HashingPoolOptions = workers === undefined ? {} : { workers };
  if (environment.hasher === 'argon2id') return new Argon2PasswordHasher(bounds);
  return new BcryptPasswordHasher({
    ...bounds,
    rounds: environment.hasher === 'bcrypt-12' ? 12 : 10,
  });
}
