import { Delete, Get, HttpCode, Inject, Param, Post, Req, type Type } from '@nestjs/common';
import { Authenticated } from '../auth/auth.decorators.js';
import { authenticationOf } from '../auth/current-authentication.js';
import { SessionsService } from '../auth/sessions.service.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { UserId } from '../users/user.js';
import { type SessionListDto, sessionList } from './session-list.js';
import { UserIdPipe } from './user-id.pipe.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/**
 * `GET /{id}/sessions`, `DELETE /{id}/sessions/{sessionId}`, `POST /{id}/sessions/revoke-all`, for
 * superusers.
 *
 * @publicApi
 */
export interface UserSessionsRoutes {
  listSessions(id: UserId, request: OriginalRequest): Promise<SessionListDto>;
  endSession(id: UserId, sessionId: string, request: OriginalRequest): Promise<void>;
  revokeAllSessions(id: UserId, request: OriginalRequest): Promise<void>;
}

/**
 * Makes the controller by which superusers see and end the sessions of others.
 *
 * @publicApi
 */
export function createUserSessionsController(
  options: ControllerOptions = {},
): Type<UserSessionsRoutes> {
  @UsersRoutes(options)
  @Authenticated({ superuser: true })
  class UserSessionsController implements UserSessionsRoutes {
    constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {}

    @Get(':id/sessions')
    @describeRoute({
      summary: 'Where a user is logged in',
      parameters: { id: 'The id of the user.' },
      success: { status: 200, sessions: true },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND'],
    })
    async listSessions(
      @Param('id', UserIdPipe) id: UserId,
      @Req() request: OriginalRequest,
    ): Promise<SessionListDto> {
      const current = authenticationOf(request)?.sessionId;
      return sessionList(await this.sessions.list({ id }), current);
    }

    @Delete(':id/sessions/:sessionId')
    @HttpCode(204)
    @describeRoute({
      summary: 'Log out one session of a user',
      parameters: { id: 'The id of the user.', sessionId: 'The id of the session.' },
      success: { status: 204 },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND', 'SESSION_NOT_FOUND'],
    })
    async endSession(
      @Param('id', UserIdPipe) id: UserId,
      @Param('sessionId') sessionId: string,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      await this.sessions.end({ id }, sessionId, { request });
    }

    @Post(':id/sessions/revoke-all')
    @HttpCode(204)
    @describeRoute({
      summary: 'Log out a user everywhere',
      parameters: { id: 'The id of the user.' },
      success: { status: 204 },
      errors: ['UNAUTHORIZED', 'FORBIDDEN', 'USER_NOT_FOUND'],
    })
    async revokeAllSessions(
      @Param('id', UserIdPipe) id: UserId,
      @Req() request: OriginalRequest,
    ): Promise<void> {
      await this.sessions.endAll({ id }, { request });
    }
  }
  return UserSessionsController;
}
