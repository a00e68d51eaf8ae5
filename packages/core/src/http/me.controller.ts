import {
  Body,
  Get,
  Header,
  Inject,
  type OnModuleDestroy,
  Patch,
  Req,
  Res,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Authenticated, CurrentUser } from '../auth/auth.decorators.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { UpdateUserDto } from '../dto/update-user.dto.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { toHttp } from '../exceptions/to-exception.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { BaseUser } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { OwnCredential } from './own-credential.js';
import { ROUTES_OPTIONS, type RoutesOptions } from './routes.options.js';
import { Parting, type PlatformRequest } from './parting.js';
import { UsersRouteInterceptor } from './users-route.interceptor.js';
import { BareUsersRoutes, type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `GET /me` and `PATCH /me`. @publicApi */
export interface MeRoutes {
  me(user: BaseUser, request?: object, response?: unknown): Promise<UserDto>;
  update(
    body: UpdateUserDto,
    user: BaseUser,
    request: OriginalRequest,
    response: unknown,
  ): Promise<UserDto>;
}

/**
 * Makes the controller of one's own account for the application's models.
 *
 * @publicApi
 */
export function createMeController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<MeRoutes> {
  return meController(models, UsersRoutes(options));
}

/** The same, as the module has it: `GET /me`, the route that is asked most, goes without interceptors. */
export function createLeanMeController(
  models: Partial<UsersModels> | undefined,
  options: ControllerOptions,
): Type<MeRoutes> {
  return meController(models, BareUsersRoutes(options));
}

function meController(
  models: Partial<UsersModels> | undefined,
  routes: ClassDecorator,
): Type<MeRoutes> {
  const { user: ReadModel, update: UpdateModel } = modelsWithDefaults(models);

  @routes
  @Authenticated()
  class MeController implements MeRoutes, OnModuleDestroy {
    readonly #parting: Parting;

    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(OwnCredential) private readonly credential: OwnCredential,
      @Inject(ROUTES_OPTIONS) private readonly rules: RoutesOptions,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {
      this.#parting = new Parting(host);
    }

    onModuleDestroy(): void {
      this.#parting.begin();
    }

    @Get('me')
    @Header('Cache-Control', 'no-store')
    @describeRoute({
      name: 'getMe',
      summary: 'Show my account',
      success: { status: 200, model: ReadModel },
      errors: ['UNAUTHORIZED'],
    })
    async me(
      @CurrentUser() user: BaseUser,
      @Req() request?: PlatformRequest,
      @Res({ passthrough: true }) response?: unknown,
    ): Promise<UserDto> {
      if (request) this.#parting.part(request, response);
      try {
        return toReadModel(ReadModel, user);
      } catch (error) {
        // No interceptor does it.
        throw toHttp(this.host, response, error);
      }
    }

    @Patch('me')
    @ModelBody(UpdateModel)
    @describeRoute({
      name: 'updateMe',
      summary: 'Change my account',
      success: { status: 200, model: ReadModel, renews: true },
      errors: [
        'UNAUTHORIZED',
        'UPDATE_USER_EMAIL_ALREADY_EXISTS',
        'UPDATE_USER_INVALID_PASSWORD',
        'UPDATE_USER_BAD_CURRENT_PASSWORD',
        'TOO_MANY_ATTEMPTS',
      ],
    })
    // The outermost: the last one here.
    @UseInterceptors(UsersRouteInterceptor)
    async update(
      @Body() body: UpdateUserDto,
      @CurrentUser() user: BaseUser,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<UserDto> {
      const { currentPassword } = body;
      const updated = await this.users.update(user, body, {
        safe: true,
        request,
        ...(this.rules.requireCurrentPassword && { confirmation: { currentPassword } }),
      });
      const fresh =
        body.password === undefined ? {} : await this.credential.renew(updated, request, response);
      return Object.assign(toReadModel(ReadModel, updated), fresh);
    }
  }
  return MeController;
}
