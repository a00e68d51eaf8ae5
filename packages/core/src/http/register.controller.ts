import { Body, HttpCode, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import type { CreateUserDto } from '../dto/create-user.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { RegistrationMode } from '../users/users.policy.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { send } from './send.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /register`. @publicApi */
export interface RegisterRoutes {
  /** Nothing in the generic mode. */
  register(
    body: CreateUserDto,
    request: OriginalRequest,
    response: unknown,
  ): Promise<UserDto | undefined>;
}

/** Options of {@link createRegisterController}. @publicApi */
export interface RegisterControllerOptions extends ControllerOptions {
  /** What OpenAPI says of the answer. What the route does is the module's choice. Default `explicit`. */
  registration?: RegistrationMode;
}

/**
 * Makes the controller of registration for the application's models.
 *
 * @publicApi
 */
export function createRegisterController(
  models?: Partial<UsersModels>,
  options: RegisterControllerOptions = {},
): Type<RegisterRoutes> {
  const { user: ReadModel, create: CreateModel } = modelsWithDefaults(models);
  const isGeneric = options.registration === 'generic';

  @UsersRoutes(options)
  class RegisterController implements RegisterRoutes {
    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Post('register')
    @HttpCode(201)
    @AllowAnonymous()
    @ModelBody(CreateModel)
    @describeRoute({
      summary: 'Register',
      success: isGeneric ? { status: 202 } : { status: 201, model: ReadModel },
      errors: [
        ...(isGeneric ? [] : (['REGISTER_USER_ALREADY_EXISTS'] as const)),
        'REGISTER_INVALID_PASSWORD',
        'TOO_MANY_ATTEMPTS',
      ],
    })
    async register(
      @Body() body: CreateUserDto,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<UserDto | undefined> {
      const user = await this.users.register(body, { request });
      if (user) return toReadModel(ReadModel, user);
      // Nobody hears whether there was an account already.
      send(this.host, response, { status: 202 });
      return undefined;
    }
  }
  return RegisterController;
}
