import { Delete, Get, HttpCode, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Authenticated, CurrentUser } from '../auth/auth.decorators.js';
import { authenticationOf } from '../auth/current-authentication.js';
import { SessionsService } from '../auth/sessions.service.js';
import type { OriginalRequest } from '../events/users.events.js';
import { describeRoute } from '../openapi/describe-route.js';
import type { BaseUser } from '../users/user.js';
import { OwnCredential } from './own-credential.js';
import { send } from './send.js';
import { type SessionListDto, sessionList } from './session-list.js';
import { type ControllerOptions, UsersRoutes } from './users-routes.js';

/** `GET /me/sessions`, `DELETE /me/sessions/{sessionId}`, `POST /me/sessions/revoke-others`. @publicApi */
export interface MySessionsRoutes {
  listMySessions(user: BaseUser, request: OriginalRequest): Promise<SessionListDto>;
  endMySession(
    sessionId: string,
    user: BaseUser,
    request: OriginalRequest,
    response: unknown,
  ): Promise<void>;
  revokeMyOtherSessions(
    user: BaseUser,
    request: OriginalRequest,
    response: unknown,
  ): Promise<unknown>;
}

/**
 * Makes the controller by which users see and end their own sessions.
 *
 * @publicApi
 */
export function createMySessionsController(
  options: ControllerOptions = {},
): Type<MySessionsRoutes> {
  @UsersRoutes(options)
  @Authenticated()
  class MySessionsController implements MySessionsRoutes {
    constructor(
      @Inject(SessionsService) private readonly sessions: SessionsService,
      @Inject(OwnCredential) private readonly credential: OwnCredential,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get('me/sessions')
    @describeRoute({
      summary: 'Where I am logged in',
      success: { status: 200, sessions: true },
      errors: ['UNAUTHORIZED'],
    })
    async listMySessions(
      @CurrentUser() user: BaseUser,
      @Req() request: OriginalRequest,
    ): Promise<SessionListDto> {
      const current = authenticationOf(request)?.sessionId;
      return sessionList(await this.sessions.list(user), current);
    }

    @Delete('me/sessions/:sessionId')
    @HttpCode(204)
    @describeRoute({
      summary: 'Log out one of my sessions',
      parameters: { sessionId: 'The id of the session.' },
      success: { status: 204 },
      errors: ['UNAUTHORIZED', 'SESSION_NOT_FOUND'],
    })
    async endMySession(
      @Param('sessionId') sessionId: string,
      @CurrentUser() user: BaseUser,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<void> {
      await this.sessions.end(user, sessionId, { request });
      const isOwn = authenticationOf(request)?.sessionId === sessionId;
      if (isOwn) this.credential.forget(request, response);
    }

    @Post('me/sessions/revoke-others')
    @HttpCode(204)
    @describeRoute({
      summary: 'Log out all my other sessions',
      success: { status: 204, renewal: true },
      errors: ['UNAUTHORIZED'],
    })
    async revokeMyOtherSessions(
      @CurrentUser() user: BaseUser,
      @Req() request: OriginalRequest,
      @Res({ passthrough: true }) response: unknown,
    ): Promise<unknown> {
      const revoked = await this.sessions.endAll(user, { request });
      const body = await this.credential.renew(revoked, request, response);
      if (Object.keys(body).length === 0) return undefined;
      return send(this.host, response, { status: 200, body: { ...body } });
    }
  }
  return MySessionsController;
}
