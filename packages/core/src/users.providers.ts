import type { FactoryProvider, Provider } from '@nestjs/common';
import { AuthService } from './auth/auth.service.js';
import { BackendNamesCheck } from './auth/backend-names.check.js';
import { Backends } from './auth/backends.js';
import { UsersAuthGuard } from './auth/users-auth.guard.js';
import { UsersEventBus } from './events/users-event-bus.js';
import { USERS_EVENT_OPTIONS, type UsersEventOptions } from './events/users-event.options.js';
import { UsersListenersExplorer } from './events/users-listeners.explorer.js';
import { PROFILE_OPTIONS, type ProfileOptions } from './http/profile.options.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { RESET_TOKEN_OPTIONS, type ResetTokenOptions } from './tokens/reset-token.options.js';
import { ResetTokens } from './tokens/reset-tokens.js';
import { PasswordRecovery } from './users/password-recovery.js';
import { requiredAdapter } from './users/required-adapter.js';
import { UserWriter } from './users/user-writer.js';
import { UsersService } from './users/users.service.js';
import { USERS_OPTIONS } from './users.module-definition.js';
import type { ResolvedUsersOptions } from './users.resolved-options.js';
import { USERS_MODULE_NAME } from './users.shape.js';

/** What other modules may inject. */
export const publicProviders = [
  UsersService,
  AuthService,
  UsersAuthGuard,
  UsersEventBus,
  PasswordHasher,
];

/** Each part of the library receives the values that are its own, and no others. */
export const providers: Provider[] = [
  requiredAdapter,
  fromOptions(Backends, ({ backends }) => backends),
  fromOptions(PasswordHasher, ({ passwordHasher }) => passwordHasher),
  fromOptions(PasswordPolicy, ({ passwordPolicy }) => passwordPolicy),
  fromOptions<ProfileOptions>(PROFILE_OPTIONS, (options) => options),
  fromOptions<ResetTokenOptions>(RESET_TOKEN_OPTIONS, (options) => ({
    key: options.resetPasswordTokenKey,
    lifetimeSeconds: options.resetPasswordTokenLifetimeSeconds,
  })),
  fromOptions<UsersEventOptions>(USERS_EVENT_OPTIONS, (options, name) => ({ ...options, name })),
  PasswordsService,
  ResetTokens,
  UsersEventBus,
  UsersListenersExplorer,
  UserWriter,
  PasswordRecovery,
  UsersService,
  AuthService,
  BackendNamesCheck,
  UsersAuthGuard,
];

function fromOptions<T>(
  provide: FactoryProvider['provide'],
  pick: (options: ResolvedUsersOptions, moduleName: string) => T,
): FactoryProvider {
  return { provide, inject: [USERS_OPTIONS, USERS_MODULE_NAME], useFactory: pick };
}
