import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { guardOptions } from './guarded-options.js';
import { guardedUsersOptions } from './users.guarded-options.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass } from './users.module-definition.js';
import type { UsersModuleAsyncOptions, UsersModuleRootOptions } from './users.options.js';
import { providers, publicProviders } from './users.providers.js';
import type { BaseUser } from './users/user.js';

/**
 * Gives an application its users: routes, services, guard and events.
 *
 * @example
 * UsersModule.forRootAsync<User>({
 *   imports: [UsersTypeOrmModule.forEntity(User)],
 *   models: { user: ReadUser, create: CreateUser, update: UpdateUser },
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({
 *     backends: [
 *       new AuthBackend({
 *         name: 'jwt',
 *         transport: new BearerTransport(),
 *         strategy: new JwtTokenStrategy({ secret: config.getOrThrow('AUTH_SECRET') }),
 *       }),
 *     ],
 *     resetPasswordTokenSecret: config.getOrThrow('RESET_PASSWORD_SECRET'),
 *   }),
 * })
 * @publicApi
 */
@Module({ imports: [DiscoveryModule], providers, exports: publicProviders })
export class UsersModule extends ConfigurableModuleClass {
  /** Takes values and shape in one object. */
  static override forRoot<U extends BaseUser = BaseUser>(
    options: UsersModuleRootOptions<U>,
  ): DynamicModule {
    return guardOptions(
      super.forRoot(options as UsersModuleRootOptions),
      guardedUsersOptions,
      options.bootTimeoutSeconds,
    );
  }

  /** Takes the shape, and a factory for the values: `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync<U extends BaseUser = BaseUser>(
    options: UsersModuleAsyncOptions<U>,
  ): DynamicModule {
    return guardOptions(
      super.forRootAsync(options as typeof ASYNC_OPTIONS_TYPE),
      guardedUsersOptions,
      options.bootTimeoutSeconds,
    );
  }
}
