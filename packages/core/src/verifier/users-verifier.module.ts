import { ConfigurableModuleBuilder, type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Authenticator } from '../auth/authenticator.js';
import { Backends } from '../auth/backends.js';
import { GuardDemandsCheck } from '../auth/guard-demands.check.js';
import { UsersAuthGuard } from '../auth/users-auth.guard.js';
import { type GuardedOptions, guardOptions } from '../guarded-options.js';
import { UsersSockets } from '../sockets/users-sockets.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { TokenVerifier } from './token-verifier.js';
import {
  type ResolvedVerifierOptions,
  resolveVerifierOptions,
  shapeVerifier,
  type UsersVerifierModuleExtras,
  type UsersVerifierModuleOptions,
} from './users-verifier.options.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<UsersVerifierModuleOptions>({ moduleName: 'UsersVerifier' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createUsersVerifierOptions')
    .setExtras<UsersVerifierModuleExtras>({}, shapeVerifier)
    .build();

const guarded: GuardedOptions<UsersVerifierModuleOptions> = {
  module: 'UsersVerifierModule',
  token: MODULE_OPTIONS_TOKEN,
  shape: { isGlobal: true, bootTimeoutSeconds: true },
  values: {
    allowInsecureJwksUri: true,
    backends: true,
    issuer: true,
    jwksMaxAgeSeconds: true,
    jwksMaxStaleSeconds: true,
    jwksTimeoutSeconds: true,
    jwksUri: true,
    publicKeys: true,
    telemetry: true,
  },
  resolve: resolveVerifierOptions,
};

/** In metrics: told apart from the modules with users, whose name is `users` by default. */
const MODULE_NAME = 'users-verifier';

const parts = [
  TokenVerifier,
  { provide: Authenticator, useExisting: TokenVerifier },
  UsersAuthGuard,
  UsersSockets,
];

/**
 * For a second service that has no users of its own: checks the access tokens of the one that has,
 * by its public keys. `@Authenticated()` and `@CurrentUser()` work as there; the user is what the token
 * says, a {@link VerifiedUser}. No database, no routes.
 *
 * A token counts until it expires: nobody is asked whether it was revoked. Keep `lifetimeSeconds` short.
 *
 * @example
 * UsersVerifierModule.forRootAsync({
 *   isGlobal: true,
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({
 *     jwksUri: config.getOrThrow('USERS_JWKS_URI'),
 *     backends: { jwt: new BearerTransport() },
 *   }),
 * })
 * @publicApi
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: Backends,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ backends }: ResolvedVerifierOptions) => backends,
    },
    {
      provide: UsersTelemetry,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ telemetry }: ResolvedVerifierOptions) =>
        new UsersTelemetry({ module: MODULE_NAME, isOn: telemetry }),
    },
    ...parts,
    GuardDemandsCheck,
  ],
  exports: parts,
})
export class UsersVerifierModule extends ConfigurableModuleClass {
  /** Takes values and shape in one object. */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return guardOptions(super.forRoot(options), guarded, options.bootTimeoutSeconds);
  }

  /** Takes the shape, and a factory for the values: `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return guardOptions(super.forRootAsync(options), guarded, options.bootTimeoutSeconds);
  }
}
