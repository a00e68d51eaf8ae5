import { Body, HttpCode, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { AuthService } from '../auth/auth.service.js';
import { Backends } from '../auth/backends.js';
import { RefreshDto } from '../dto/refresh.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { setHeaders } from '../exceptions/to-exception.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import { describeRoute } from '../openapi/describe-route.js';
import { ModelBody } from './model-body.js';
import { namedBackend } from './named-backend.js';
import { send } from './send.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /refresh/{backend}`. @publicApi */
export interface RefreshRoutes {
  refresh(
    body: RefreshDto,
    backend: string,
    request: OriginalRequest,
    response: unknown,
  ): Promise<unknown>;
}

/**
 * Makes the controller by which clients replace an access token that has expired, or soon will.
 *
 * @publicApi
 */
export function createRefreshController(options: ControllerOptions = {}): Type<RefreshRoutes> {
  @UsersRoutes(options)
  class RefreshController implements RefreshRoutes {
    constructor(
      @Inject(AuthService) private readonly auth: AuthService,
      @Inject(Backends) private readonly backends: Backends,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Post('refresh/:backend')
    @HttpCode(200)
    @AllowAnonymous()
    @ModelBody(RefreshDto, { acceptsForms: true, isOptional: true })
    @describeRoute({
      summary: 'Replace an access token by a refresh token',
      parameters: { backend: 'Whose tokens.' },
      success: { status: 200, refresh: true },
      errors: [
        'UNAUTHORIZED',
        'FORBIDDEN',
        'BACKEND_NOT_FOUND',
        'CSRF_REJECTED',
        'TOO_MANY_ATTEMPTS',
      ],
    })
    async refresh(
      @Body() { refresh_token: shown }: RefreshDto,
      @Param('backend') name: string,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      const { transport } = namedBackend(this.backends, name, request);
      try {
        return send(this.host, response, await this.auth.refresh(request, name, shown));
      } catch (error) {
        if (error instanceof UnauthorizedError) {
          send(this.host, response, transport.logout(request));
          setHeaders(this.host, response, {
            'WWW-Authenticate': this.auth.challenge({ backends: [name] }),
          });
        }
        throw error;
      }
    }
  }
  return RefreshController;
}
