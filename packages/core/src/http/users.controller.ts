import {
  Body,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  type Type,
} from '@nestjs/common';
import { Authenticated } from '../auth/auth.decorators.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import { superuserUpdateModel } from '../dto/superuser-update.dto.js';
import type { UpdateUserDto } from '../dto/update-user.dto.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeListQuery } from '../openapi/describe-list.js';
import { describeRoute } from '../openapi/describe-route.js';
import { UsersService } from '../users/users.service.js';
import { ForbiddenError } from '../exceptions/request.errors.js';
import { UserIdPipe } from './user-id.pipe.js';
import { ModelBody } from './model-body.js';
import { readPageQuery } from './page-query.js';
import { ROUTES_OPTIONS, type RoutesOptions } from './routes.options.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';
import type { UserId } from '../users/user.js';

/** A page of read models. @publicApi */
export interface UserPageDto {
  items: UserDto[];
  nextCursor: string | null;
}

/**
 * `GET /`, `GET /{id}`, `PATCH /{id}`, `DELETE /{id}` and `POST /{id}/forgot-password`, for superusers.
 *
 * @publicApi
 */
export interface UsersAdministrationRoutes {
  list(query: Record<string, unknown>): Promise<UserPageDto>;
  get(id: UserId): Promise<UserDto>;
  update(body: UpdateUserDto, id: UserId, request: OriginalRequest): Promise<UserDto>;
  delete(id: UserId, request: OriginalRequest): Promise<void>;
  sendPasswordReset(id: UserId, request: OriginalRequest): Promise<void>;
}

/**
 * Makes the controller of administration for the application's models.
 *
 * @publicApi
 */
export function createUsersController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<UsersAdministrationRoutes> {
  const { user: ReadModel, update } = modelsWithDefaults(models);
  const UpdateModel = superuserUpdateModel(update);

  @UsersRoutes(options)
  @Authenticated({ superuser: true })
  class UsersController implements UsersAdministrationRoutes {
    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(ROUTES_OPTIONS) private readonly rules: RoutesOptions,
    ) {}

    @Get()
    @describeListQuery()
    @describeRoute({
      summary: 'List users',
      success: { status: 200, page: ReadModel },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'VALIDATION_FAILED'],
    })
    async list(@Query() query: Record<string, unknown>): Promise<UserPageDto> {
      const { items, nextCursor } = await this.users.list(readPageQuery(query));
      return { items: items.map((user) => toReadModel(ReadModel, user)), nextCursor };
    }

    @Get(':id')
    @describeRoute({
      summary: 'Show a user',
      parameters: { id: 'The id of the user.' },
      success: { status: 200, model: ReadModel },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND'],
    })
    async get(@Param('id', UserIdPipe) id: UserId): Promise<UserDto> {
      return toReadModel(ReadModel, await this.users.get(id));
    }

    @Patch(':id')
    @ModelBody(UpdateModel, { acceptsPrivileges: true })
    @describeRoute({
      summary: 'Change a user',
      parameters: { id: 'The id of the user.' },
      success: { status: 200, model: ReadModel },
      errors: [
        'UNAUTHORIZED',
        'FORBIDDEN',
        'USER_NOT_FOUND',
        'UPDATE_USER_EMAIL_ALREADY_EXISTS',
        'UPDATE_USER_INVALID_PASSWORD',
        'LAST_SUPERUSER',
      ],
    })
    async update(
      @Body() body: UpdateUserDto,
      @Param('id', UserIdPipe) id: UserId,
      @Req() request: OriginalRequest,
    ): Promise<UserDto> {
      if (body.password !== undefined && !this.rules.superusersMaySetPasswords) {
        throw new ForbiddenError(
          'Nobody chooses passwords for others here. Let the owner do it: POST …/{id}/forgot-password.',
        );
      }
      return toReadModel(ReadModel, await this.users.update({ id }, body, { request }));
    }

    @Delete(':id')
    @HttpCode(204)
    @describeRoute({
      summary: 'Delete a user',
      parameters: { id: 'The id of the user.' },
      success: { status: 204 },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND', 'LAST_SUPERUSER'],
    })
    async delete(
      @Param('id', UserIdPipe) id: UserId,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      await this.users.delete({ id }, { request });
    }

    @Post(':id/forgot-password')
    @HttpCode(202)
    @describeRoute({
      name: 'sendPasswordReset',
      summary: 'Let a user choose a new password by mail',
      parameters: { id: 'The id of the user.' },
      success: { status: 202 },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND'],
    })
    async sendPasswordReset(
      @Param('id', UserIdPipe) id: UserId,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      const { email } = await this.users.get(id);
      // Strangers may have used up the limit: it must not keep a superuser from helping.
      await this.users.forgotPassword(email, { request, isLimited: false });
    }
  }
  return UsersController;
}
