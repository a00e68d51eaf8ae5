import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { Controller } from '@nestjs/common';
import { createAuthController } from './http/auth.controller.js';
import { createMeController } from './http/me.controller.js';
import { createRegisterController } from './http/register.controller.js';
import { createResetPasswordController } from './http/reset-password.controller.js';
import { createUsersController } from './http/users.controller.js';
import { describeController } from './openapi/describe-controller.js';
import { UserAdapter } from './users/user.adapter.js';
import type { UsersModuleExtras } from './users.options.js';

/** Name of the module, as listeners may ask for it. */
export const USERS_MODULE_NAME = Symbol('USERS_MODULE_NAME');

/** Puts into a module what its extras say: the part of it that no factory can decide. */
export function shapeModule(definition: DynamicModule, extras: UsersModuleExtras): DynamicModule {
  return {
    ...definition,
    global: extras.isGlobal ?? false,
    imports: [...new Set([...(definition.imports ?? []), ...(extras.imports ?? [])])],
    controllers: controllersOf(extras),
    providers: [
      ...(definition.providers ?? []),
      { provide: USERS_MODULE_NAME, useValue: extras.name ?? 'users' },
      ...adapterProviders(extras),
    ],
  };
}

/** `me` stands before `:id`, which would match it too. */
function controllersOf({ models, path = 'users', routes = {} }: UsersModuleExtras): Type[] {
  const choose = (choice: boolean | Type<object> | undefined, make: () => Type<object>): Type[] => {
    if (choice === false) return [];
    return [typeof choice === 'function' ? withPath(choice, path) : make()] as Type[];
  };
  return [
    ...choose(routes.register, () => createRegisterController(models, { path })),
    ...choose(routes.auth, () => createAuthController({ path })),
    ...choose(routes.resetPassword, () => createResetPasswordController({ path })),
    ...choose(routes.me, () => createMeController(models, { path })),
    ...choose(routes.users, () => createUsersController(models, { path })),
  ];
}

/** A subclass without a `@Controller()` of its own stands where the other routes stand. */
function withPath(controller: Type<object>, path: string): Type<object> {
  const own = Reflect.getOwnMetadata('path', controller) as string | string[] | undefined;
  if (own === undefined) Controller(path)(controller);
  describeController([own ?? path].flat()[0] ?? path)(controller);
  return controller;
}

function adapterProviders({ adapter }: UsersModuleExtras): Provider[] {
  if (adapter === undefined) return [];
  return typeof adapter === 'function'
    ? [{ provide: UserAdapter, useClass: adapter }]
    : [{ provide: UserAdapter, useValue: adapter }];
}
