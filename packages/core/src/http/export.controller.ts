import { Get, Inject, Req, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Authenticated, CurrentUser } from '../auth/auth.decorators.js';
import { type ExportedUserDto, exportedUserModel } from '../dto/exported-user.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { OriginalRequest } from '../events/users.events.js';
import { setHeaders } from '../exceptions/to-exception.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { BaseUser } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** What `GET /me/export` answers. @publicApi */
export interface UserExportDto {
  /** When it was made. */
  exportedAt: string;
  /** What the read model shows, and what the library knows beyond that. */
  user: ExportedUserDto;
  /** What `@DuringUserExport()` listeners have added. */
  sections: Readonly<Record<string, unknown>>;
}

/** `GET /me/export`. @publicApi */
export interface ExportRoutes {
  exportMe(user: BaseUser, request: OriginalRequest, response: unknown): Promise<UserExportDto>;
}

/**
 * Makes the controller that hands users what is known about them (GDPR, articles 15 and 20).
 *
 * @publicApi
 */
export function createExportController(
  models?: Partial<UsersModels>,
  options: ControllerOptions = {},
): Type<ExportRoutes> {
  const ExportModel = exportedUserModel(modelsWithDefaults(models).user);

  @UsersRoutes(options)
  @Authenticated()
  class ExportController implements ExportRoutes {
    constructor(
      @Inject(UsersService) private readonly users: UsersService,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get('me/export')
    @describeRoute({
      summary: 'Everything that is known about me',
      success: { status: 200, exported: ExportModel },
      errors: ['UNAUTHORIZED'],
    })
    async exportMe(
      @CurrentUser() current: BaseUser,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<UserExportDto> {
      const { user, sections } = await this.users.exportData(current, { request });
      // Only now: an error is to be shown, not to be saved.
      setHeaders(this.host, response, {
        'Content-Disposition': 'attachment; filename="account.json"',
      });
      return {
        exportedAt: new Date().toISOString(),
        user: toReadModel(ExportModel, user),
        sections,
      };
    }
  }
  return ExportController;
}
