import { Body, HttpCode, Inject, Post, Req, type Type } from '@nestjs/common';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import type { CreateUserDto } from '../dto/create-user.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /register`. @publicApi */
export interface RegisterRoutes {
  register(body: CreateUserDto, request: OriginalRequest): Promise<UserDto>;
}

/**
 * Makes the controller of registration for the application's models.
 *
 * @publicApi
 */
export function createRegisterController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<RegisterRoutes> {
  const { user: ReadModel, create: CreateModel } = modelsWithDefaults(models);

  @UsersRoutes(options)
  class RegisterController implements RegisterRoutes {
    constructor(@Inject(UsersService) private readonly users: UsersService) {}

    @Post('register')
    @HttpCode(201)
    @AllowAnonymous()
    @ModelBody(CreateModel)
    @describeRoute({
      summary: 'Register',
      success: { status: 201, model: ReadModel },
      errors: ['REGISTER_USER_ALREADY_EXISTS', 'REGISTER_INVALID_PASSWORD'],
    })
    async register(@Body() body: CreateUserDto, @Req() request: OriginalRequest): Promise<UserDto> {
      return toReadModel(ReadModel, await this.users.create(body, { safe: true, request }));
    }
  }
  return RegisterController;
}
