import { Get, Inject, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { Backends } from '../auth/backends.js';
import { setHeaders } from '../exceptions/to-exception.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { PublicJwk } from '../tokens/jwk.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** As long as verifiers keep what they have read anyway. */
const MAX_AGE_SECONDS = 300;

/** What the route of the public keys answers (RFC 7517, 5). @publicApi */
export interface JwksDocument {
  readonly keys: readonly PublicJwk[];
}

/** `GET /.well-known/jwks.json`. @publicApi */
export interface JwksRoutes {
  keys(response: unknown): JwksDocument;
}

/**
 * Makes the controller that publishes the public keys of all backends (RFC 7517, 5): for services that
 * check tokens and make none.
 *
 * @publicApi
 */
export function createJwksController(options: ControllerOptions = {}): Type<JwksRoutes> {
  @UsersRoutes(options)
  class JwksController implements JwksRoutes {
    constructor(
      @Inject(Backends) private readonly backends: Backends,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get('.well-known/jwks.json')
    @AllowAnonymous()
    @describeRoute({
      summary: 'The public keys with which access tokens are checked',
      success: { status: 200, keys: true },
    })
    keys(@Res({ passthrough: true }) response: unknown): JwksDocument {
      setHeaders(this.host, response, { 'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}` });
      return { keys: this.backends.publicKeys() };
    }
  }
  return JwksController;
}
