import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { setHeaders, toHttp } from '../exceptions/http-answer.js';
import {
  CsrfRejectedError,
  ForbiddenError,
  UnauthorizedError,
} from '../exceptions/request.errors.js';
import { type AuthenticatedOptions, demandsOf, isAnonymous } from './auth.metadata.js';
import { type Authentication, AuthService } from './auth.service.js';
import { findingOf, rememberFinding } from './current-authentication.js';
import { refuseUnverified } from './refuse-unverified.js';
import { requestOf } from './request.js';

/**
 * Lets a request pass if its user meets what `@Authenticated()` demands of the route, and leaves the
 * user at `request.user`. As a global guard it demands an active user of every route that does not
 * say `@AllowAnonymous()`.
 *
 * @example { provide: APP_GUARD, useExisting: UsersAuthGuard }
 * @publicApi
 */
@Injectable()
export class UsersAuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AuthService) private readonly auth: AuthService,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') {
      throw new TypeError(
        'UsersAuthGuard guards HTTP routes only. Do not use it on this transport.',
      );
    }
    if (isAnonymous(this.reflector, context)) return true;

    const request = requestOf(context);
    const handler = context.getHandler();
    if (findingOf(request, this.auth, handler)) return true;

    const demands = demandsOf(this.reflector, context);
    try {
      const authentication = await this.#judge(request, demands);
      request.user = authentication?.user ?? null;
      rememberFinding(request, { auth: this.auth, handler, authentication });
      return true;
    } catch (error) {
      const response: unknown = context.switchToHttp().getResponse();
      if (error instanceof UnauthorizedError) {
        setHeaders(this.host, response, { 'WWW-Authenticate': this.auth.challenge(demands) });
      }
      throw toHttp(this.host, response, error);
    }
  }

  /** Nobody: 401, then what is lacking: 403; on optional routes `null` for both. */
  async #judge(
    request: ReturnType<typeof requestOf>,
    { optional, verified, superuser, backends }: AuthenticatedOptions,
  ): Promise<Authentication | null> {
    try {
      const authentication = await this.auth.authenticate(request, {
        ...(backends && { backends }),
      });
      if (!authentication) throw new UnauthorizedError();
      const { user } = authentication;
      const needsVerified = verified || this.auth.backend(authentication.backend).requireVerified;
      if (needsVerified) refuseUnverified(user);
      if (superuser && user.isSuperuser !== true) throw new ForbiddenError();
      return authentication;
    } catch (error) {
      if (optional && isRefusal(error)) return null;
      throw error;
    }
  }
}

function isRefusal(error: unknown): boolean {
  return [UnauthorizedError, ForbiddenError, CsrfRejectedError].some(
    (refusal) => error instanceof refusal,
  );
}
