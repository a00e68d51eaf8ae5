import type {
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import type { Backend } from './auth/auth-backend.js';
import type { UsersModels } from './dto/models.js';
import type { PasswordHasher } from './passwords/password-hasher.js';
import type { PasswordPolicy } from './passwords/password-policy.js';
import type { UserAdapter } from './users/user.adapter.js';
import type { BaseUser } from './users/user.js';

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
}

/** Which routes there are: `false` leaves them out, a class replaces the controller. @publicApi */
export interface UsersModuleRoutes {
  /** `POST /register`. See `createRegisterController`. */
  register?: boolean | Type<object>;
  /** `POST /login/{backend}`, `POST /logout/{backend}`. See `createAuthController`. */
  auth?: boolean | Type<object>;
  /** `POST /forgot-password`, `POST /reset-password`. See `createResetPasswordController`. */
  resetPassword?: boolean | Type<object>;
  /** `GET /me`, `PATCH /me`. See `createMeController`. */
  me?: boolean | Type<object>;
  /** `GET /`, and `GET`, `PATCH`, `DELETE /{id}`, for superusers. See `createUsersController`. */
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
  /** Which routes there are. Default: all. */
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
