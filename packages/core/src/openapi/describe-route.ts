import { applyDecorators } from '@nestjs/common';
import type { UsersErrorCode } from '../users/users.errors.js';
import { describeErrors } from './describe-errors.js';
import { describeSecurity } from './describe-security.js';
import { describeSuccess, type SuccessDescription } from './describe-success.js';
import { swagger } from './swagger.js';

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

/** Describes a route in OpenAPI. {@link operationOf} is for the controller, which knows its path. */
export function describeRoute(route: RouteDescription): MethodDecorator {
  if (!swagger) return applyDecorators();
  const { ApiParam } = swagger;
  const { success, parameters = {}, errors = [] } = route;
  return applyDecorators(
    (_target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
      const operation = { name: route.name ?? String(key), summary: route.summary };
      Reflect.defineMetadata(ROUTE, operation, descriptor.value as object);
    },
    ...Object.entries(parameters).map(([name, description]) =>
      ApiParam({ name, description, type: String }),
    ),
    describeSuccess(success),
    describeErrors([...errors, 'SERVICE_UNAVAILABLE']),
    ...(success.login ? [describeSecurity({ kind: 'login' })] : []),
    ...(success.logout ? [describeSecurity({ kind: 'logout' })] : []),
  );
}

/** The name and summary of a described route. */
export function operationOf(method: unknown): { name: string; summary: string } | undefined {
  return typeof method === 'function'
    ? (Reflect.getMetadata(ROUTE, method) as ReturnType<typeof operationOf>)
    : undefined;
}
