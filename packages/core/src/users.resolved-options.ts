import type { KeyObject } from 'node:crypto';
import { Backends } from './auth/backends.js';
import { BcryptPasswordHasher } from './passwords/bcrypt.password-hasher.js';
import { DefaultPasswordPolicy } from './passwords/default.password-policy.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import type { AttemptLimitsOptions } from './limits/attempt-limits.options.js';
import { MemoryRateLimitStore } from './limits/memory.rate-limit-store.js';
import { type RateLimit, RateLimitStore } from './limits/rate-limit-store.js';
import { LoggerSecurityLog } from './security-log/logger.security-log.js';
import { SecurityLog } from './security-log/security-log.js';
import { lifetime, waitingTime } from './tokens/seconds.js';
import { secretKey } from './tokens/secret.js';
import { assertKnownNames, type Names } from './known-names.js';
import type { UsersModuleOptions } from './users.options.js';

/** The values after checking: secrets have become keys, which no dump shows. */
export interface ResolvedUsersOptions extends Required<
  Omit<
    UsersModuleOptions,
    | 'attemptLimits'
    | 'backends'
    | 'resetPasswordTokenSecret'
    | 'securityLog'
    | 'verificationTokenSecret'
  >
> {
  readonly attemptLimits: Required<AttemptLimitsOptions> | false;
  readonly backends: Backends;
  readonly resetPasswordTokenKey: KeyObject;
  readonly securityLog: SecurityLog | false;
  readonly verificationTokenKey: KeyObject;
}

/** Checks the values and fills in the defaults. @throws TypeError with the remedy: the application does not boot */
export function resolveUsersOptions(options: UsersModuleOptions): ResolvedUsersOptions {
  const { passwordHasher, passwordPolicy, rateLimitStore } = options;
  assertKind('passwordHasher', passwordHasher, PasswordHasher);
  assertKind('passwordPolicy', passwordPolicy, PasswordPolicy);
  assertKind('rateLimitStore', rateLimitStore, RateLimitStore);
  const backends = new Backends(options.backends);
  const resetKey = secretKey('resetPasswordTokenSecret', options.resetPasswordTokenSecret);
  const resetSeconds = lifetime(
    'resetPasswordTokenLifetimeSeconds',
    options.resetPasswordTokenLifetimeSeconds ?? 3600,
  );
  const verificationSeconds = lifetime(
    'verificationTokenLifetimeSeconds',
    options.verificationTokenLifetimeSeconds ?? 3600,
  );
  return {
    backends,
    resetPasswordTokenKey: resetKey,
    resetPasswordTokenLifetimeSeconds: resetSeconds,
    verificationTokenKey:
      options.verificationTokenSecret === undefined
        ? resetKey
        : secretKey('verificationTokenSecret', options.verificationTokenSecret),
    verificationTokenLifetimeSeconds: verificationSeconds,
    requestVerificationOnRegister: options.requestVerificationOnRegister ?? false,
    mailLimit:
      options.mailLimit === false
        ? false
        : checkedLimit(
            'mailLimit',
            options.mailLimit ?? usualMailLimit(Math.min(resetSeconds, verificationSeconds)),
          ),
    attemptLimits: checkedAttempts(options.attemptLimits ?? {}),
    rateLimitStore: rateLimitStore ?? new MemoryRateLimitStore(),
    passwordHasher: passwordHasher ?? new BcryptPasswordHasher(),
    passwordPolicy: passwordPolicy ?? new DefaultPasswordPolicy(),
    requireCurrentPassword: options.requireCurrentPassword ?? true,
    superusersMaySetPasswords: options.superusersMaySetPasswords ?? true,
    awaitListeners: options.awaitListeners ?? false,
    constantAnswerSeconds: waitingTime('constantAnswerSeconds', options.constantAnswerSeconds ?? 3),
    listenerTimeoutSeconds: waitingTime(
      'listenerTimeoutSeconds',
      options.listenerTimeoutSeconds ?? 10,
    ),
    shutdownGraceSeconds: waitingTime('shutdownGraceSeconds', options.shutdownGraceSeconds ?? 10),
    telemetry: options.telemetry ?? true,
    securityLog: checkedLog(options.securityLog ?? false),
  };
}

/**
 * Three an hour, or in the time that a token lives: as long as strangers keep an account at the limit,
 * its owner has a mail whose link works.
 */
function usualMailLimit(tokenSeconds: number): RateLimit {
  return { max: 3, perSeconds: Math.min(3600, tokenSeconds) };
}

/** A quarter of an hour: guessing costs days, and whoever has mistyped is soon let try again. */
function checkedAttempts(
  limits: AttemptLimitsOptions | false,
): Required<AttemptLimitsOptions> | false {
  if (limits === false) return false;
  assertKnownNames('attemptLimits', Object(limits) as object, {
    perAccount: true,
    perAddress: true,
  } satisfies Names<AttemptLimitsOptions>);
  const { perAccount = { max: 10, perSeconds: 900 }, perAddress = { max: 100, perSeconds: 900 } } =
    limits;
  return {
    perAccount: checkedLimit('attemptLimits.perAccount', perAccount),
    perAddress: checkedLimit('attemptLimits.perAddress', perAddress),
  };
}

function checkedLimit(option: string, { max, perSeconds }: RateLimit): RateLimit {
  if (Number.isInteger(max) && max > 0) {
    return { max, perSeconds: lifetime(`${option}.perSeconds`, perSeconds) };
  }
  throw new TypeError(`${option}.max must be a whole number above 0, not ${max}.`);
}

function checkedLog(log: SecurityLog | boolean): SecurityLog | false {
  if (log === false) return false;
  if (log === true) return new LoggerSecurityLog();
  assertKind('securityLog', log, SecurityLog);
  return log;
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
