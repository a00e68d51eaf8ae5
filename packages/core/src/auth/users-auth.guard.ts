import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { type LackingRight, UserAccessDeniedEvent } from '../events/refusal.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { setHeaders, toHttp } from '../exceptions/to-exception.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import type { BaseUser } from '../users/user.js';
import { type AuthenticatedOptions, demandsOf, isAnonymous } from './auth.metadata.js';
import { Authenticator, type Identification } from './authenticator.js';
import { type Call, callOf } from './calls/call.js';
import { findingOf, rememberFinding } from './current-authentication.js';
import { identify } from './identify.js';

/**
 * Lets a call pass if its user meets what `@Authenticated()` demands: HTTP requests, GraphQL resolvers,
 * messages of WebSocket gateways and of microservices. Leaves the user for `@CurrentUser()`, on HTTP at
 * `request.user` as well. As a global guard it demands an active user of every route that does not say
 * `@AllowAnonymous()`.
 *
 * Others get what the transport tells refusals by: an HTTP exception, on GraphQL with the code in its
 * `extensions`; a `WsException`; an `RpcException`.
 *
 * @example { provide: APP_GUARD, useExisting: UsersAuthGuard }
 * @publicApi
 */
@Injectable()
export class UsersAuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    /** Absent in a service without users. */
    @Optional() @Inject(UsersEventBus) private readonly events?: UsersEventBus,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const call = callOf(context);
    if (isAnonymous(this.reflector, context)) return true;

    const { authenticator } = this;
    const handler = context.getHandler();
    // A second guard of the same handler. A socket lives on, and each of its messages is judged anew.
    const isAgain = findingOf(call.key, handler)?.authenticator === authenticator;
    if (isAgain && context.getType() !== 'ws') return true;
    const demands = demandsOf(this.reflector, context);
    const start = performance.now();
    try {
      const identification = await identify(authenticator, call.request, demands, (found, lacks) =>
        this.#tellDenied(call, found, lacks),
      );
      call.leave(identification?.user ?? null);
      // A strategy of the application's own may have waited for anybody.
      const waitedMs = authenticator.backends.areOwn ? performance.now() - start : 0;
      rememberFinding(call.key, { authenticator, handler, identification, waitedMs });
      return true;
    } catch (error) {
      throw await this.#refusal(context, call, error, demands);
    }
  }

  #tellDenied({ request }: Call, { user, backend }: Identification, lacks: LackingRight): void {
    this.events?.emitRefusal(
      () => new UserAccessDeniedEvent(user as BaseUser, lacks, backend, request),
      request,
    );
  }

  async #refusal(
    context: ExecutionContext,
    call: Call,
    error: unknown,
    demands: AuthenticatedOptions,
  ): Promise<unknown> {
    if (context.getType() !== 'http') return call.toException(error);
    const response: unknown = context.switchToHttp().getResponse();
    if (error instanceof UnauthorizedError) {
      setHeaders(this.host, response, {
        'WWW-Authenticate': this.authenticator.backends.challenge(demands),
      });
    }
    return toHttp(this.host, response, error);
  }
}
