import { Body, HttpCode, Inject, Post, Req, type Type } from '@nestjs/common';
import { AllowAnonymous } from '../auth/auth.decorators.js';
import { ForgotPasswordDto, ResetPasswordDto } from '../dto/reset-password.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `POST /forgot-password` and `POST /reset-password`. @publicApi */
export interface ResetPasswordRoutes {
  forgotPassword(body: ForgotPasswordDto, request: OriginalRequest): Promise<void>;
  resetPassword(body: ResetPasswordDto, request: OriginalRequest): Promise<void>;
}

/**
 * Makes the controller of forgotten passwords.
 *
 * @publicApi
 */
export function createResetPasswordController(
  options: ControllerOptions = {},
): Type<ResetPasswordRoutes> {
  @UsersRoutes(options)
  class ResetPasswordController implements ResetPasswordRoutes {
    constructor(@Inject(UsersService) private readonly users: UsersService) {}

    @Post('forgot-password')
    @HttpCode(202)
    @AllowAnonymous()
    @ModelBody(ForgotPasswordDto)
    @describeRoute({
      summary: 'Ask for a new password',
      success: { status: 202 },
      errors: ['TOO_MANY_ATTEMPTS'],
    })
    forgotPassword(
      @Body() { email }: ForgotPasswordDto,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      return this.users.forgotPassword(email, { request });
    }

    @Post('reset-password')
    @HttpCode(200)
    @AllowAnonymous()
    @ModelBody(ResetPasswordDto)
    @describeRoute({
      summary: 'Choose a new password',
      success: { status: 200 },
      errors: ['RESET_PASSWORD_BAD_TOKEN', 'RESET_PASSWORD_INVALID_PASSWORD', 'TOO_MANY_ATTEMPTS'],
    })
    async resetPassword(
      @Body() { token, password }: ResetPasswordDto,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      await this.users.resetPassword(token, password, { request });
    }
  }
  return ResetPasswordController;
}
