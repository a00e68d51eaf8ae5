import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { USERS_MODULE_NAME } from './users.shape.js';
import type { BaseUser } from './users/user.js';
import { UsersService } from './users/users.service.js';

/** One `UsersModule` of an application. @publicApi */
export interface FoundUsersService<U extends BaseUser = BaseUser> {
  /** The module's `name`. */
  readonly name: string;
  /** The service that the module's own routes use. */
  readonly users: UsersService<U>;
}

/**
 * The `UsersService` of every `UsersModule` in an application, in the order in which Nest found them:
 * for commands and scripts, which stand outside of all modules and so cannot inject the one they mean.
 *
 * @example
 * const app = await NestFactory.createApplicationContext(AppModule);
 * const staff = findUsersServices(app).find(({ name }) => name === 'staff');
 * @publicApi
 */
export function findUsersServices(app: INestApplicationContext): FoundUsersService[] {
  const modules = app.get(ModulesContainer, { strict: false });
  return [...modules.values()].flatMap(({ providers }) => {
    const name: unknown = providers.get(USERS_MODULE_NAME)?.instance;
    const users: unknown = providers.get(UsersService)?.instance;
    return typeof name === 'string' && users instanceof UsersService ? [{ name, users }] : [];
  });
}
