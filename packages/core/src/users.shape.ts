import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { Controller } from '@nestjs/common';
import { createAuthController } from './http/auth.controller.js';
import { createDeleteMeController } from './http/delete-me.controller.js';
import { createEmailChangeController } from './http/email-change.controller.js';
import { createExportController } from './http/export.controller.js';
import { createJwksController } from './http/jwks.controller.js';
import { createLeanMeController } from './http/me.controller.js';
import { createMySessionsController } from './http/my-sessions.controller.js';
import { createRefreshController } from './http/refresh.controller.js';
import { createRegisterController } from './http/register.controller.js';
import { createResetPasswordController } from './http/reset-password.controller.js';
import { createUserSessionsController } from './http/user-sessions.controller.js';
import { createUsersController } from './http/users.controller.js';
import { createVerifyController } from './http/verify.controller.js';
import { describeController } from './openapi/describe-controller.js';
import { modelsWithDefaults, type UsersModels } from './dto/models.js';
import { UserAdapter } from './users/user.adapter.js';
import type { EmailChangeMode, RegistrationMode } from './users/users.policy.js';
import { assertKnownNames, type Names } from './known-names.js';
import type { UsersModuleExtras, UsersModuleRoutes } from './users.options.js';

/** Name of the module, as listeners may ask for it. */
export const USERS_MODULE_NAME = Symbol('USERS_MODULE_NAME');

/** The part of the shape that services ask for. */
export interface UsersShape {
  readonly registration: RegistrationMode;
  readonly emailChange: EmailChangeMode;
}

/** Token of {@link UsersShape}. */
export const USERS_SHAPE = Symbol('USERS_SHAPE');

/** Puts into a module what its extras say: the part of it that no factory can decide. */
export function shapeModule(definition: DynamicModule, extras: UsersModuleExtras): DynamicModule {
  const shape = checkedShape(extras);
  return {
    ...definition,
    global: extras.isGlobal ?? false,
    imports: [...new Set([...(definition.imports ?? []), ...(extras.imports ?? [])])],
    controllers: controllersOf(extras, shape),
    providers: [
      ...(definition.providers ?? []),
      { provide: USERS_SHAPE, useValue: shape },
      { provide: USERS_MODULE_NAME, useValue: extras.name ?? 'users' },
      ...adapterProviders(extras),
    ],
  };
}

/** `me` stands before `:id`, which would match it too. */
function controllersOf(
  { models, path = 'users', routes = {} }: UsersModuleExtras,
  { registration, emailChange }: UsersShape,
): Type[] {
  const choose = (choice: boolean | Type<object> | undefined, make: () => Type<object>): Type[] => {
    if (choice === false) return [];
    return [typeof choice === 'function' ? withPath(choice, path) : make()] as Type[];
  };
  return [
    ...choose(registration === 'closed' ? false : routes.register, () =>
      createRegisterController(models, { path, registration }),
    ),
    ...choose(routes.auth, () => createAuthController({ path })),
    ...choose(routes.refresh ?? false, () => createRefreshController({ path })),
    ...choose(routes.jwks ?? false, () => createJwksController({ path })),
    ...choose(routes.resetPassword, () => createResetPasswordController({ path })),
    ...choose(routes.verify, () => createVerifyController(models, { path })),
    ...choose(routes.emailChange ?? emailChange === 'confirmed', () =>
      createEmailChangeController(models, { path }),
    ),
    ...choose(routes.deleteMe ?? false, () => createDeleteMeController({ path })),
    ...choose(routes.exportMe ?? false, () => createExportController(models, { path })),
    ...choose(routes.mySessions ?? false, () => createMySessionsController({ path })),
    ...choose(routes.me, () => createLeanMeController(models, { path })),
    ...choose(routes.userSessions ?? false, () => createUserSessionsController({ path })),
    ...choose(routes.users, () => createUsersController(models, { path })),
  ];
}

const ROUTES = {
  auth: true,
  deleteMe: true,
  emailChange: true,
  exportMe: true,
  jwks: true,
  me: true,
  mySessions: true,
  refresh: true,
  register: true,
  resetPassword: true,
  userSessions: true,
  users: true,
  verify: true,
} satisfies Names<UsersModuleRoutes>;

/** @throws TypeError for what there is not, or a mode that gives away what another one hides */
function checkedShape({
  models = {},
  routes = {},
  registration = 'explicit',
  emailChange = registration === 'generic' ? 'confirmed' : 'instant',
}: UsersModuleExtras): UsersShape {
  modelsWithDefaults(models);
  assertKnownNames('UsersModule: models', models, {
    user: true,
    create: true,
    update: true,
  } satisfies Names<UsersModels>);
  assertKnownNames('UsersModule: routes', routes, ROUTES);
  assertOneOf('registration', registration, ['explicit', 'generic', 'closed']);
  assertOneOf('emailChange', emailChange, ['instant', 'confirmed']);
  if (registration === 'generic' && emailChange === 'instant') {
    throw new TypeError(
      "registration: 'generic' hides who has an account, and emailChange: 'instant' tells it: whoever " +
        "changes to a taken address hears that it is taken. Write emailChange: 'confirmed'.",
    );
  }
  return { registration, emailChange };
}

function assertOneOf(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new TypeError(`${option} must be one of '${known.join("', '")}', not '${value}'.`);
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
