import { Body, HttpCode, Inject, Post, Req, type Type } from '@nestjs/common';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { MailedTokenDto, RequestVerificationDto } from '../dto/mailed-token.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { UserDto } from '../dto/user.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /request-verify-token` and `POST /verify`. @publicApi */
export interface VerifyRoutes {
  requestVerifyToken(body: RequestVerificationDto, request: OriginalRequest): Promise<void>;
  verify(body: MailedTokenDto, request: OriginalRequest): Promise<UserDto>;
}

/**
 * Makes the controller of verification for the application's models. There is no `GET`: scanners of
 * mail follow links.
 *
 * @publicApi
 */
export function createVerifyController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<VerifyRoutes> {
  const { user: ReadModel } = modelsWithDefaults(models);

  @UsersRoutes(options)
  class VerifyController implements VerifyRoutes {
    constructor(@Inject(UsersService) private readonly users: UsersService) {}

    @Post('request-verify-token')
    @HttpCode(202)
    @AllowAnonymous()
    @ModelBody(RequestVerificationDto)
    @describeRoute({
      summary: 'Ask for a mail that verifies my address',
      success: { status: 202 },
      errors: ['TOO_MANY_ATTEMPTS'],
    })
    requestVerifyToken(
      @Body() { email }: RequestVerificationDto,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      return this.users.requestVerification(email, { request });
    }

    @Post('verify')
    @HttpCode(200)
    @AllowAnonymous()
    @ModelBody(MailedTokenDto)
    @describeRoute({
      summary: 'Verify my address',
      success: { status: 200, model: ReadModel },
      errors: ['VERIFY_USER_BAD_TOKEN', 'VERIFY_USER_ALREADY_VERIFIED', 'TOO_MANY_ATTEMPTS'],
    })
    async verify(
      @Body() { token }: MailedTokenDto,
      @Req() request: OriginalRequest,
    ): Promise<UserDto> {
      return toReadModel(ReadModel, await this.users.verify(token, { request }));
    }
  }
  return VerifyController;
}
