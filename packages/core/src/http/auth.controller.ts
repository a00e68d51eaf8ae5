import {
  Body,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { AuthService } from '../auth/auth.service.js';
import { Backends } from '../auth/backends.js';
import { LoginDto } from '../dto/login.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { setHeaders } from '../exceptions/to-exception.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import { describeRoute } from '../openapi/describe-route.js';
import { BadCredentialsError } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import { assertMayEnter, LoginDoor } from './login-door.interceptor.js';
import { ModelBody } from './model-body.js';
import { namedBackend } from './named-backend.js';
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
    // Decorators work from the last to the first: the door is before the body.
    @UseInterceptors(LoginDoor)
    @describeRoute({
      summary: 'Log in',
      parameters: { backend: 'How to log in.' },
      success: { status: 200, login: true },
      errors: [
        'LOGIN_BAD_CREDENTIALS',
        'LOGIN_USER_NOT_VERIFIED',
        'BACKEND_NOT_FOUND',
        'CSRF_REJECTED',
        'TOO_MANY_ATTEMPTS',
      ],
    })
    async login(
      @Body() body: LoginDto,
      @Param('backend') name: string,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      // Again: a subclass that overrides the route may have left the door out.
      assertMayEnter(this.backends.withLogin(name), request);
      const { username = body.email ?? '', password } = body;
      const isVerifiedOnly = this.auth.hidesUnverified(name);
      const user = await this.users.authenticate(username, password, {
        isVerifiedOnly,
        request,
        backend: name,
      });
      if (!user) throw new BadCredentialsError();
      return send(this.host, response, await this.auth.login(user, name, request));
    }

    @Post('logout/:backend')
    @HttpCode(204)
    @AllowAnonymous()
    @describeRoute({
      summary: 'Log out',
      parameters: { backend: 'Whose credential to end.' },
      success: { status: 204, logout: true },
      errors: ['UNAUTHORIZED', 'BACKEND_NOT_FOUND', 'CSRF_REJECTED'],
    })
    async logout(
      @Param('backend') name: string,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      const { transport } = namedBackend(this.backends, name, request);
      try {
        return send(this.host, response, await this.auth.logout(request, name));
      } catch (error) {
        if (error instanceof UnauthorizedError) {
          // A dead credential is of no use to the client: let it forget it.
          send(this.host, response, transport.logout(request));
          setHeaders(this.host, response, {
            'WWW-Authenticate': this.auth.challenge({ backends: [name] }),
          });
        }
        throw error;
      }
    }
  }
  return AuthController;
}
