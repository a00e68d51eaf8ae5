import type {
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import type { Backend } from './auth/auth-backend.js';
import type { UsersModels } from './dto/models.js';
import type { SecurityLog } from './security-log/security-log.js';
import type { PasswordHasher } from './passwords/password-hasher.js';
import type { PasswordPolicy } from './passwords/password-policy.js';
import type { AttemptLimitsOptions } from './limits/attempt-limits.options.js';
import type { RateLimit, RateLimitStore } from './limits/rate-limit-store.js';
import type { UserAdapter } from './users/user.adapter.js';
import type { BaseUser } from './users/user.js';
import type { EmailChangeMode, RegistrationMode } from './users/users.policy.js';

/** Values: what the factory of `forRootAsync` gives. @publicApi */
export interface UsersModuleOptions {
  /** The ways to prove who one is, in the order in which they are asked. At least one. */
  backends: readonly Backend[];

  /**
   * Signs the tokens that permit to choose a new password: at least 32 random bytes. May be the
   * secret of a backend too: tokens of different kinds never pass each other's door.
   */
  resetPasswordTokenSecret: string;

  /** How long a reset token is good for, in seconds. Default 3600. */
  resetPasswordTokenLifetimeSeconds?: number;

  /**
   * Signs the tokens that prove an address. Default: {@link resetPasswordTokenSecret}; tokens of
   * different kinds never pass each other's door.
   */
  verificationTokenSecret?: string;

  /** How long a token that proves an address is good for, in seconds. Default 3600. */
  verificationTokenLifetimeSeconds?: number;

  /**
   * Ask for the verification of the address at each registration, as `POST /request-verify-token`
   * does: one mail with the link, sent by `@OnUserVerificationRequested()`. Default `false`.
   */
  requestVerificationOnRegister?: boolean;

  /**
   * How many mails of a kind (forgotten password, verification, new address) one account may cause,
   * whatever addresses the requests come from. Beyond it nothing is sent, and the answers stay the
   * same; only who asks for another address hears 429. Default `{ max: 3, perSeconds: 3600 }`, or in
   * the time that the shorter-lived tokens live: a longer span would let strangers keep the owner from
   * a mail whose link still works. `false` for no limit.
   */
  mailLimit?: RateLimit | false;

  /**
   * How often passwords and tokens may be tried, accounts registered and mails asked for, before the
   * answer is 429 `TOO_MANY_ATTEMPTS`. See {@link AttemptLimitsOptions}. Default: on; `false` leaves
   * it to something in front of the application.
   */
  attemptLimits?: AttemptLimitsOptions | false;

  /**
   * Where limits are counted. Default `new MemoryRateLimitStore()`: each process for itself. Give one
   * that all processes share.
   */
  rateLimitStore?: RateLimitStore;

  /** How passwords are hashed. Default: `new BcryptPasswordHasher()`. */
  passwordHasher?: PasswordHasher;

  /**
   * Which passwords are accepted. Default: `new DefaultPasswordPolicy()`: at least 8 characters, none
   * of the common ones, nothing of the account's address.
   */
  passwordPolicy?: PasswordPolicy;

  /**
   * Whether `PATCH /me` demands `currentPassword` for a new password or address (OWASP ASVS 5.0,
   * 6.2.3 and 7.5.1). Default `true`; without it, whoever finds an open browser owns the account.
   */
  requireCurrentPassword?: boolean;

  /**
   * Whether `PATCH /{id}` takes a password from superusers. Default `true`. With `false` they can
   * only let the owner choose one, by `POST /{id}/forgot-password` (OWASP ASVS 5.0, 6.4.6).
   */
  superusersMaySetPasswords?: boolean;

  /**
   * Await the `@On…()` listeners before answering, for platforms that freeze the process after the
   * answer. Default `false`. Forgotten passwords are then answered after
   * {@link constantAnswerSeconds}, whether the address is known or not.
   */
  awaitListeners?: boolean;

  /** With {@link awaitListeners}: the time that an answer takes which must not tell anything. Default 3. */
  constantAnswerSeconds?: number;

  /** After so many seconds a listener is not waited for any longer. Default 10. */
  listenerTimeoutSeconds?: number;

  /** So many seconds running listeners are waited for at shutdown. Default 10. */
  shutdownGraceSeconds?: number;

  /**
   * Metrics and spans by `@opentelemetry/api`, where the application has that package; without an SDK
   * it does nothing. They say how many and how long, never who. Default `true`.
   */
  telemetry?: boolean;

  /**
   * One record of each login, failed or not, and of whatever else concerns the safety of an account:
   * `true` by Nest's logger, or a {@link SecurityLog} of yours. Default `false`: records hold the
   * client's address and user agent, and why and how long such data is kept is for you to decide.
   */
  securityLog?: SecurityLog | boolean;
}

/** Which routes there are: `false` leaves them out, a class replaces the controller. @publicApi */
export interface UsersModuleRoutes {
  /** `POST /register`. See `createRegisterController`. */
  register?: boolean | Type<object>;
  /** `POST /login/{backend}`, `POST /logout/{backend}`. See `createAuthController`. */
  auth?: boolean | Type<object>;
  /**
   * `POST /refresh/{backend}`. See `createRefreshController`. Default `false`: it is for backends with
   * refresh tokens.
   */
  refresh?: boolean | Type<object>;
  /**
   * `GET /.well-known/jwks.json`: the public keys, for services that check tokens. See
   * `createJwksController`. Default `false`: it is for backends with key pairs.
   */
  jwks?: boolean | Type<object>;
  /** `POST /forgot-password`, `POST /reset-password`. See `createResetPasswordController`. */
  resetPassword?: boolean | Type<object>;
  /** `POST /request-verify-token`, `POST /verify`. See `createVerifyController`. */
  verify?: boolean | Type<object>;
  /**
   * `POST /confirm-email-change`, `POST /cancel-email-change`. See `createEmailChangeController`.
   * Default: there with `emailChange: 'confirmed'` only.
   */
  emailChange?: boolean | Type<object>;
  /** `GET /me`, `PATCH /me`. See `createMeController`. */
  me?: boolean | Type<object>;
  /** `DELETE /me`. See `createDeleteMeController`. Default `false`. */
  deleteMe?: boolean | Type<object>;
  /** `GET /me/export`. See `createExportController`. Default `false`. */
  exportMe?: boolean | Type<object>;
  /**
   * `GET /me/sessions`, `DELETE /me/sessions/{sessionId}`, `POST /me/sessions/revoke-others`. See
   * `createMySessionsController`. Default `false`: they are for backends that store sessions.
   */
  mySessions?: boolean | Type<object>;
  /**
   * `GET /{id}/sessions`, `DELETE /{id}/sessions/{sessionId}`, `POST /{id}/sessions/revoke-all`, for
   * superusers. See `createUserSessionsController`. Default `false`.
   */
  userSessions?: boolean | Type<object>;
  /**
   * `GET /`, `GET`, `PATCH` and `DELETE /{id}`, `POST /{id}/forgot-password`, for superusers. See
   * `createUsersController`.
   */
  users?: boolean | Type<object>;
}

/**
 * Shape: what must be known before any factory runs, because Nest fixes controllers and providers
 * first. Stands beside the factory, not in what it answers.
 *
 * @publicApi
 */
export interface UsersModuleExtras<U extends BaseUser = BaseUser> {
  /** The application's model classes. */
  models?: Partial<UsersModels>;
  /** Prefix of all routes, and their tag in OpenAPI. Default `users`. */
  path?: string;
  /**
   * What registration tells about a known address. `explicit` (default): 400
   * `REGISTER_USER_ALREADY_EXISTS`, as FastAPI Users does. `generic`: 202 for all, in the same time;
   * the owner hears of it by `@OnUserEmailClaimed()` (OWASP ASVS 5.0, 6.3.8); needs
   * `emailChange: 'confirmed'`. Give the backends `requireVerified: true`, or whoever registers an
   * address can try the new password: with both, a login takes somebody who is not verified for
   * nobody. `closed`: no such route.
   */
  registration?: RegistrationMode;
  /**
   * When an address that a user changes by `PATCH /me` counts. `instant` (default): at once, and it is
   * not verified. `confirmed`: once the link that was mailed to it was followed; the old address is
   * told, and can cancel.
   */
  emailChange?: EmailChangeMode;
  /** Which routes there are. Default: all but `deleteMe`, `exportMe`, `jwks`, `mySessions`, `refresh` and `userSessions`. */
  routes?: UsersModuleRoutes;
  /** Whether other modules can inject `UsersService` and use the guard without importing this one. Default `false`. */
  isGlobal?: boolean;
  /** Name of the module, for listeners of an application that has several. Default `users`. */
  name?: string;
  /** The user adapter, where it does not come with {@link imports}. */
  adapter?: Type<UserAdapter<U>> | UserAdapter<U>;
  /** Modules whose providers this one needs: the adapter's, and those that the factory injects. */
  imports?: ModuleMetadata['imports'];
  /** How long the factory may take, in seconds. Default 30. */
  bootTimeoutSeconds?: number;
}

/** What `UsersModule.forRoot` takes. @publicApi */
export type UsersModuleRootOptions<U extends BaseUser = BaseUser> = UsersModuleOptions &
  UsersModuleExtras<U>;

/** A class that makes the values, for `useClass` and `useExisting`. @publicApi */
export interface UsersOptionsFactory {
  createUsersOptions(): UsersModuleOptions | Promise<UsersModuleOptions>;
}

/** What `UsersModule.forRootAsync` takes: one of the three `use…`, and the shape. @publicApi */
export interface UsersModuleAsyncOptions<
  U extends BaseUser = BaseUser,
> extends UsersModuleExtras<U> {
  /** Makes the values of what `inject` names. */
  useFactory?: (...args: never[]) => UsersModuleOptions | Promise<UsersModuleOptions>;
  /** What the factory receives. */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Makes the values by a class of its own. */
  useClass?: Type<UsersOptionsFactory>;
  /** Makes the values by a provider that exists already. */
  useExisting?: InjectionToken<UsersOptionsFactory>;
}
