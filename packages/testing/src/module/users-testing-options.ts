import { randomBytes } from 'node:crypto';
import {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  type UsersModuleRootOptions,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '../hashers/fast.password-hasher.js';
import { MemoryUserAdapter } from '../memory/memory.user-adapter.js';

/**
 * Options for a `UsersModule` that is there at once: users in memory, hashes that cost nothing, one
 * backend `jwt` with bearer tokens, secrets that nobody else has, and no limit on attempts. For tests of listeners, of
 * controllers and of packages that build on this one. The tests of an application import its own
 * module instead.
 *
 * @example
 * UsersModule.forRoot({ ...usersTestingOptions(), models: { create: CreateUser } })
 * @publicApi
 */
export function usersTestingOptions(): UsersModuleRootOptions {
  const secret = randomBytes(32).toString('base64');
  return {
    adapter: MemoryUserAdapter,
    passwordHasher: new FastPasswordHasher(),
    backends: [
      new AuthBackend({
        name: 'jwt',
        transport: new BearerTransport(),
        strategy: new JwtTokenStrategy({ secret }),
      }),
    ],
    resetPasswordTokenSecret: secret,
    // All clients of a test have one address.
    attemptLimits: false,
  };
}
