import { applyDecorators } from '@nestjs/common';
import type { UsersErrorCode } from '../users/users.errors.js';
import { describeErrors } from './describe-errors.js';
import { describeSecurity } from './describe-security.js';
import { describeSuccess, type SuccessDescription } from './describe-success.js';
import { append, describe, SWAGGER } from './swagger-metadata.js';

/** What a route is, and what it answers. */
export interface RouteDescription {
  /** Its name among the module's routes, for `operationId`. Default: the method's. */
  readonly name?: string;
  readonly summary: string;
  /** The parameters in its path, with a description each. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly success: SuccessDescription;
  /** The codes that it may answer beside those of its body. */
  readonly errors?: readonly UsersErrorCode[];
}

const ROUTE = Symbol('description of a route');

/** Describes a route in OpenAPI. Its name is completed by the controller, which knows the path. */
export function describeRoute(route: RouteDescription): MethodDecorator {
  const { success, parameters = {}, errors = [] } = route;
  return applyDecorators(
    describe((method) => Reflect.defineMetadata(ROUTE, route, method)),
    append(
      SWAGGER.parameters,
      ...Object.entries(parameters).map(([name, description]) => ({
        name,
        in: 'path',
        required: true,
        description,
        schema: { type: 'string' },
      })),
    ),
    describeSuccess(success),
    describeErrors([...errors, 'SERVICE_UNAVAILABLE']),
    ...(success.login ? [describeSecurity({ kind: 'login' })] : []),
    ...(success.refresh ? [describeSecurity({ kind: 'refresh' })] : []),
    ...(success.logout ? [describeSecurity({ kind: 'logout' })] : []),
  );
}

/** How a method was described. */
export function routeOf(method: unknown): RouteDescription | undefined {
  return typeof method === 'function'
    ? (Reflect.getMetadata(ROUTE, method) as RouteDescription | undefined)
    : undefined;
}
