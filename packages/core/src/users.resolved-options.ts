import type { KeyObject } from 'node:crypto';
import { Backends } from './auth/backends.js';
import { BcryptPasswordHasher } from './passwords/bcrypt.password-hasher.js';
import { DefaultPasswordPolicy } from './passwords/default.password-policy.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { lifetime, waitingTime } from './tokens/seconds.js';
import { secretKey } from './tokens/secret.js';
import type { UsersModuleOptions } from './users.options.js';

/** The values after checking: secrets have become keys, which no dump shows. */
export interface ResolvedUsersOptions extends Required<
  Omit<UsersModuleOptions, 'backends' | 'resetPasswordTokenSecret'>
> {
  readonly backends: Backends;
  readonly resetPasswordTokenKey: KeyObject;
}

/** Checks the values and fills in the defaults. @throws TypeError with the remedy: the application does not boot */
export function resolveUsersOptions(options: UsersModuleOptions): ResolvedUsersOptions {
  const { passwordHasher, passwordPolicy } = options;
  assertKind('passwordHasher', passwordHasher, PasswordHasher);
  assertKind('passwordPolicy', passwordPolicy, PasswordPolicy);
  return {
    backends: new Backends(options.backends),
    resetPasswordTokenKey: secretKey('resetPasswordTokenSecret', options.resetPasswordTokenSecret),
    resetPasswordTokenLifetimeSeconds: lifetime(
      'resetPasswordTokenLifetimeSeconds',
      options.resetPasswordTokenLifetimeSeconds ?? 3600,
    ),
    passwordHasher: passwordHasher ?? new BcryptPasswordHasher(),
    passwordPolicy: passwordPolicy ?? new DefaultPasswordPolicy(),
    requireCurrentPassword: options.requireCurrentPassword ?? true,
    awaitListeners: options.awaitListeners ?? false,
    constantAnswerSeconds: waitingTime('constantAnswerSeconds', options.constantAnswerSeconds ?? 3),
    listenerTimeoutSeconds: waitingTime(
      'listenerTimeoutSeconds',
      options.listenerTimeoutSeconds ?? 10,
    ),
    shutdownGraceSeconds: waitingTime('shutdownGraceSeconds', options.shutdownGraceSeconds ?? 10),
  };
}

function assertKind(
  option: string,
  value: object | undefined,
  kind: abstract new (...args: never[]) => object,
): void {
  if (value !== undefined && !(value instanceof kind)) {
    throw new TypeError(
      `${option} must extend ${kind.name}. Write \`class … extends ${kind.name}\`.`,
    );
  }
}
