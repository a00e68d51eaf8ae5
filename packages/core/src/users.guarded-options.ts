import type { GuardedOptions } from './guarded-options.js';
import { USERS_OPTIONS } from './users.module-definition.js';
import type { UsersModuleExtras, UsersModuleOptions } from './users.options.js';
import { resolveUsersOptions } from './users.resolved-options.js';

const SHAPE = {
  adapter: true,
  bootTimeoutSeconds: true,
  emailChange: true,
  imports: true,
  isGlobal: true,
  models: true,
  name: true,
  path: true,
  registration: true,
  routes: true,
} satisfies Record<keyof UsersModuleExtras, true>;

const VALUES = {
  attemptLimits: true,
  awaitListeners: true,
  backends: true,
  constantAnswerSeconds: true,
  listenerTimeoutSeconds: true,
  mailLimit: true,
  passwordHasher: true,
  passwordPolicy: true,
  rateLimitStore: true,
  requestVerificationOnRegister: true,
  requireCurrentPassword: true,
  resetPasswordTokenLifetimeSeconds: true,
  resetPasswordTokenSecret: true,
  securityLog: true,
  shutdownGraceSeconds: true,
  superusersMaySetPasswords: true,
  telemetry: true,
  verificationTokenLifetimeSeconds: true,
  verificationTokenSecret: true,
} satisfies Record<keyof UsersModuleOptions, true>;

/** The options of `UsersModule`. */
export const guardedUsersOptions: GuardedOptions<UsersModuleOptions> = {
  module: 'UsersModule',
  token: USERS_OPTIONS,
  shape: SHAPE,
  values: VALUES,
  resolve: resolveUsersOptions,
};
