import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  UseGuards,
} from '@nestjs/common';
import { describeSecurity } from '../openapi/describe-security.js';
import {
  ANONYMOUS,
  AUTHENTICATED,
  type AuthenticatedOptions,
  completeDemands,
} from './auth.metadata.js';
import { callOf } from './calls/call.js';
import { findingOf } from './current-authentication.js';
import { UsersAuthGuard } from './users-auth.guard.js';

/**
 * Demands an active user (and more, see {@link AuthenticatedOptions}) for a controller or a route.
 * Nobody, or somebody inactive: 401. Demands not met: 403.
 *
 * On a class it holds for every route, and completes what a parent class demands. On a method it
 * completes the class's demands: a route of a superusers' controller stays theirs, unless it says
 * `superuser: false`. Several on one route all hold. `optional` alone is not handed on: a route of an
 * optional controller that has this decorator of its own demands somebody.
 *
 * @example
 * @Get()
 * @Authenticated({ verified: true })
 * list(@CurrentUser() user: User) { … }
 * @publicApi
 */
export function Authenticated(
  options: AuthenticatedOptions = {},
): ClassDecorator & MethodDecorator {
  const demand: ClassDecorator & MethodDecorator = (
    target: object,
    key?: string | symbol,
    descriptor?: PropertyDescriptor,
  ) => {
    const guarded = (descriptor?.value as object | undefined) ?? target;
    const before = Reflect.getMetadata(AUTHENTICATED.KEY, guarded) as
      AuthenticatedOptions | undefined;
    AUTHENTICATED(completeDemands(before, options))(target, key as never, descriptor as never);
  };
  return applyDecorators(
    demand,
    ANONYMOUS(false),
    UseGuards(UsersAuthGuard),
    describeSecurity({ kind: 'guarded', demands: options }),
  );
}

/**
 * Opens a route (or a class) to everybody where {@link UsersAuthGuard} is global or the class demands
 * a user.
 *
 * @publicApi
 */
export function AllowAnonymous(): ClassDecorator & MethodDecorator {
  return applyDecorators(ANONYMOUS(true), describeSecurity({ kind: 'anonymous' }));
}

/**
 * The user who made the call, as the guard found them; `null` on optional and anonymous routes. With
 * {@link UsersVerifierModule}, what the token says of them.
 *
 * @example
 * whoAmI(@CurrentUser() user: User) { return user.email; }
 * @publicApi
 */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): unknown => {
    const { key, request } = callOf(context);
    const finding = findingOf(key, context.getHandler());
    // On HTTP the request has it, whoever found them: Passport's own guard, say.
    if (finding && context.getType() !== 'http') return finding.identification?.user ?? null;
    return (request as { user?: unknown }).user ?? null;
  },
);
