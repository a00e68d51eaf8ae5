import { Body, HttpCode, Inject, Post, Req, type Type } from '@nestjs/common';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { MailedTokenDto } from '../dto/mailed-token.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /confirm-email-change` and `POST /cancel-email-change`. @publicApi */
export interface EmailChangeRoutes {
  confirmEmailChange(body: MailedTokenDto, request: OriginalRequest): Promise<UserDto>;
  cancelEmailChange(body: MailedTokenDto, request: OriginalRequest): Promise<void>;
}

/**
 * Makes the controller of changes of address that wait for their confirmation. The change itself
 * begins with `PATCH /me`.
 *
 * @publicApi
 */
export function createEmailChangeController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<EmailChangeRoutes> {
  const { user: ReadModel } = modelsWithDefaults(models);

  @UsersRoutes(options)
  class EmailChangeController implements EmailChangeRoutes {
    constructor(@Inject(UsersService) private readonly users: UsersService) {}

    @Post('confirm-email-change')
    @HttpCode(200)
    @AllowAnonymous()
    @ModelBody(MailedTokenDto)
    @describeRoute({
      summary: 'Confirm my new address',
      success: { status: 200, model: ReadModel },
      errors: ['CHANGE_EMAIL_BAD_TOKEN', 'UPDATE_USER_EMAIL_ALREADY_EXISTS', 'TOO_MANY_ATTEMPTS'],
    })
    async confirmEmailChange(
      @Body() { token }: MailedTokenDto,
      @Req() request: OriginalRequest,
    ): Promise<UserDto> {
      return toReadModel(ReadModel, await this.users.confirmEmailChange(token, { request }));
    }

    @Post('cancel-email-change')
    @HttpCode(204)
    @AllowAnonymous()
    @ModelBody(MailedTokenDto)
    @describeRoute({
      summary: 'Keep my old address',
      success: { status: 204 },
      errors: ['CHANGE_EMAIL_BAD_TOKEN', 'TOO_MANY_ATTEMPTS'],
    })
    cancelEmailChange(
      @Body() { token }: MailedTokenDto,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      return this.users.cancelEmailChange(token, { request });
    }
  }
  return EmailChangeController;
}
