import { Get, Header, Inject, Req, type Type } from '@nestjs/common';
import { Authenticated, CurrentUser } from '../auth/auth.decorators.js';
import { type ExportedUserDto, exportedUserModel } from '../dto/exported-user.dto.js';
import { modelsWithDefaults, type UsersModels } from '../dto/models.js';
import { toReadModel } from '../dto/read-model.js';
import type { OriginalRequest } from '../events/users.events.js';
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
  exportMe(user: BaseUser, request: OriginalRequest): Promise<UserExportDto>;
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
    constructor(@Inject(UsersService) private readonly users: UsersService) {}

    @Get('me/export')
    @Header('Content-Disposition', 'attachment; filename="account.json"')
    @describeRoute({
      summary: 'Everything that is known about me',
      success: { status: 200, exported: ExportModel },
      errors: ['UNAUTHORIZED'],
    })
    async exportMe(
      @CurrentUser() current: BaseUser,
      @Req() request: OriginalRequest,
    ): Promise<UserExportDto> {
      const { user, sections } = await this.users.exportData(current, { request });
      return {
        exportedAt: new Date().toISOString(),
        user: toReadModel(ExportModel, user),
        sections,
      };
    }
  }
  return ExportController;
}
