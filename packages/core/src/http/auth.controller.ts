import { Body, HttpCode, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import type { AuthBackend } from '../auth/auth-backend.js';
import { AuthService } from '../auth/auth.service.js';
import { Backends } from '../auth/backends.js';
import { LoginDto } from '../dto/login.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { setHeaders } from '../exceptions/http-answer.js';
import { BackendNotFoundError, UnauthorizedError } from '../exceptions/request.errors.js';
import { describeRoute } from '../openapi/describe-route.js';
import { BadCredentialsError } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import { assertMediaType, JSON_TYPE } from './media-type.js';
import { ModelBody } from './model-body.js';
import { send } from './send.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /login/{backend}` and `POST /logout/{backend}`. @publicApi */
export interface AuthRoutes {
  login(
    body: LoginDto,
    backend: string,
    request: OriginalRequest,
    response: unknown,
  ): Promise<unknown>;
  logout(backend: string, request: OriginalRequest, response: unknown): Promise<unknown>;
}

/**
 * Makes the controller of login and logout.
 *
 * @publicApi
 */
export function createAuthController(options: ControllerOptions = {}): Type<AuthRoutes> {
  @UsersRoutes(options)
  class AuthController implements AuthRoutes {
    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(AuthService) private readonly auth: AuthService,
      @Inject(Backends) private readonly backends: Backends,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Post('login/:backend')
    @HttpCode(200)
    @AllowAnonymous()
    @ModelBody(LoginDto, { acceptsForms: true })
    @describeRoute({
      summary: 'Log in',
      success: { status: 200, login: true },
      errors: ['LOGIN_BAD_CREDENTIALS', 'BACKEND_NOT_FOUND', 'CSRF_REJECTED'],
    })
    async login(
      @Body() body: LoginDto,
      @Param('backend') name: string,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      const { transport } = this.#backend(name, request);
      if (!transport.acceptsForms) assertMediaType(request.headers['content-type'], [JSON_TYPE]);
      transport.assertMayLogIn(request);

      const user = await this.users.authenticate(body.username ?? body.email ?? '', body.password);
      if (!user) throw new BadCredentialsError();
      return send(this.host, response, await this.auth.login(user, name, request));
    }

    @Post('logout/:backend')
    @HttpCode(204)
    @AllowAnonymous()
    @describeRoute({
      summary: 'Log out',
      secured: true,
      success: { status: 204 },
      errors: ['UNAUTHORIZED', 'BACKEND_NOT_FOUND', 'CSRF_REJECTED'],
    })
    async logout(
      @Param('backend') name: string,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      const { transport } = this.#backend(name, request);
      try {
        return send(this.host, response, await this.auth.logout(request, name));
      } catch (error) {
        if (error instanceof UnauthorizedError) {
          // A dead credential is of no use to the client: let it forget it.
          send(this.host, response, transport.logout());
          setHeaders(this.host, response, {
            'WWW-Authenticate': this.auth.challenge({ backends: [name] }),
          });
        }
        throw error;
      }
    }

    /** Only the exact spelling: `%6awt`, `jwt/` and `JWT` are no other names of `jwt`. */
    #backend(name: string, { url }: OriginalRequest): AuthBackend {
      if (!url.split('?')[0]?.endsWith(`/${name}`)) throw new BackendNotFoundError();
      return this.backends.withLogin(name);
    }
  }
  return AuthController;
}
