import { UsersRouteInterceptor } from './users-route.interceptor.js';
import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { describeController } from '../openapi/describe-controller.js';

/** Where a controller made by a factory stands. @publicApi */
export interface ControllerOptions {
  /** Prefix of its routes, and their tag in OpenAPI. Default `users`. */
  path?: string;
}

/** What all controllers of the library have in common. */
export function UsersRoutes(options: ControllerOptions): ClassDecorator {
  return applyDecorators(BareUsersRoutes(options), UseInterceptors(UsersRouteInterceptor));
}

/**
 * The same, where each route says by itself what goes around it: Nest's interceptors cost more than all
 * the rest of a route whose guard has done the work.
 */
export function BareUsersRoutes({ path = 'users' }: ControllerOptions): ClassDecorator {
  return applyDecorators(Controller(path), describeController(path));
}
