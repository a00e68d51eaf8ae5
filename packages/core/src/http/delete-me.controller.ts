import { Body, Delete, HttpCode, Inject, Req, Res, type Type } from '@nestjs/common';
import { Authenticated, CurrentUser } from '../auth/auth.decorators.js';
import { DeleteAccountDto } from '../dto/delete-account.dto.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { BaseUser } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import { ModelBody } from './model-body.js';
import { OwnCredential } from './own-credential.js';
import { ROUTES_OPTIONS, type RoutesOptions } from './routes.options.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `DELETE /me`. @publicApi */
export interface DeleteMeRoutes {
  deleteMe(
    body: DeleteAccountDto,
    user: BaseUser,
    request: OriginalRequest,
    response: unknown,
  ): Promise<void>;
}

/**
 * Makes the controller by which users delete their own account.
 *
 * @publicApi
 */
export function createDeleteMeController(options: ControllerOptions = {}): Type<DeleteMeRoutes> {
  @UsersRoutes(options)
  @Authenticated()
  class DeleteMeController implements DeleteMeRoutes {
    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(OwnCredential) private readonly credential: OwnCredential,
      @Inject(ROUTES_OPTIONS) private readonly rules: RoutesOptions,
    ) {}

    @Delete('me')
    @HttpCode(204)
    @ModelBody(DeleteAccountDto, { isOptional: true })
    @describeRoute({
      summary: 'Delete my account',
      success: { status: 204 },
      errors: [
        'UNAUTHORIZED',
        'UPDATE_USER_BAD_CURRENT_PASSWORD',
        'LAST_SUPERUSER',
        'TOO_MANY_ATTEMPTS',
      ],
    })
    async deleteMe(
      @Body() { currentPassword }: DeleteAccountDto,
      @CurrentUser() user: BaseUser,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<void> {
      await this.users.delete(user, {
        request,
        ...(this.rules.requireCurrentPassword && { confirmation: { currentPassword } }),
      });
      this.credential.forget(request, response);
    }
  }
  return DeleteMeController;
}
