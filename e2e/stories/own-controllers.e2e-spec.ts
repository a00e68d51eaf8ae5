import {
  AllowAnonymous,
  Authenticated,
  CreateUserDto,
  createMeController,
  createRegisterController,
  CurrentUser,
  ModelBody,
  type OriginalRequest,
  UsersAuthGuard,
} from '@nestjs-users/core';
import { Body, Controller, Get, HttpCode, HttpException, Post, Req, Res } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { models, type User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Registration with an invitation, and a route more: no `@Controller()`, so it stands with the others. */
class InvitedRegistration extends createRegisterController(models) {
  @Post('register')
  @HttpCode(202)
  @AllowAnonymous()
  @ModelBody(CreateUserDto)
  override async register(
    @Body() body: CreateUserDto,
    @Req() request: OriginalRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    if (request.headers['x-invitation'] !== 'yes') throw new HttpException('Invited only.', 403);
    return super.register(body, request, response);
  }

  @Get('register/terms')
  @AllowAnonymous()
  terms(): object {
    return { terms: 'none' };
  }
}

@Controller('profile')
class Profile extends createMeController(models) {
  @Get('address')
  address(@CurrentUser() user: User): object {
    return { email: user.email };
  }
}

@Controller('open')
class OpenController {
  @Get()
  @AllowAnonymous()
  show(): object {
    return { isOpen: true };
  }

  @Get('closed')
  close(): object {
    return {};
  }

  @Get('superusers')
  @Authenticated({ superuser: true })
  superusers(): object {
    return {};
  }
}

tell(
  'Controllers of the application in place of the library’s',
  everyPlatform,
  (stage) => {
    it('an overridden route works as it says, inherited guards and errors included', async () => {
      const { host } = stage;
      const [email, password] = [newEmail(), newPassword()];
      const register = (headers: Record<string, string>, body: object) =>
        host.send({ method: 'POST', path: '/users/register', headers, body });
      expect((await register({}, { email, password })).status).toBe(403);
      const invited = { 'x-invitation': 'yes' };
      expect((await register(invited, { email })).body).toMatchObject({
        code: 'VALIDATION_FAILED',
      });
      const answer = await register(invited, { email, password, isSuperuser: true, role: 'owner' });
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({ email, isSuperuser: false });
      expect(answer.headers['cache-control']).toBe('no-store');
      const again = await register(invited, { email, password });
      expect(again.body).toMatchObject({ code: 'REGISTER_USER_ALREADY_EXISTS' });
    });

    it('a route more stands beside it', async () => {
      const answer = await stage.host.send({ path: '/users/register/terms' });
      expect(answer.body).toEqual({ terms: 'none' });
    });

    it('a controller may have a path of its own, and keeps the class’s guard', async () => {
      const persona = await newcomer(stage.host);
      const headers = persona.credential;
      const { body } = await stage.host.send({ path: '/profile/address', headers });
      expect(body).toEqual({ email: persona.email });
      expect((await stage.host.send({ path: '/profile/me', headers })).status).toBe(200);
      for (const path of ['/profile/address', '/profile/me']) {
        expect((await stage.host.send({ path })).status).toBe(401);
      }
      // Nothing but superusers' ids is left under the usual path.
      expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(403);
    });

    it('the guard may be global: what is not open demands a user', async () => {
      const persona = await newcomer(stage.host, 'cookie');
      const status = async (path: string, headers = {}) =>
        (await stage.host.send({ path, headers })).status;
      expect(await status('/open')).toBe(200);
      expect(await status('/open/closed')).toBe(401);
      expect(await status('/open/closed', persona.credential)).toBe(200);
      expect(await status('/open/superusers', persona.credential)).toBe(403);
    });
  },
  {
    extras: { routes: { register: InvitedRegistration, me: Profile }, isGlobal: true },
    controllers: [OpenController],
    providers: [{ provide: APP_GUARD, useExisting: UsersAuthGuard }],
  },
);
