import {
  AllowAnonymous,
  Authenticated,
  type BaseUser,
  createAuthController,
  createMeController,
  createResetPasswordController,
  createUsersController,
  CurrentUser,
  ForgotPasswordDto,
  LoginDto,
  ModelBody,
  type OriginalRequest,
  UpdateUserDto,
} from '@nestjs-users/core';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpCode,
  Injectable,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectError, expectInvalid, expectUnauthorized } from '../harness/errors.js';
import { newPassword } from '../harness/leaks.js';
import { models, UpdateUser } from '../harness/models.js';
import { credentialOf, newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** The application's own condition beside the library's. */
@Injectable()
class OfficeHours implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<OriginalRequest>();
    if (headers['x-hour'] === '3') throw new ForbiddenException('Come back tomorrow.');
    return true;
  }
}

@Controller('session')
@UseGuards(OfficeHours)
class Session extends createAuthController() {
  @Post('login/:backend')
  @HttpCode(200)
  @AllowAnonymous()
  @ModelBody(LoginDto, { acceptsForms: true })
  override async login(
    @Body() body: LoginDto,
    @Param('backend') backend: string,
    @Req() request: OriginalRequest,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<unknown> {
    const answer = (await super.login(body, backend, request, response)) as object | undefined;
    return answer && { ...answer, greeting: 'Welcome back.' };
  }
}

@Controller('account')
class Account extends createMeController(models) {
  @Get('me')
  override async me(@CurrentUser() user: BaseUser) {
    return Object.assign(await super.me(user), { isMine: true });
  }

  @Patch('me')
  @Authenticated({ verified: true })
  @ModelBody(UpdateUser)
  override async update(
    @Body() body: UpdateUserDto,
    @CurrentUser() user: BaseUser,
    @Req() request: OriginalRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    return Object.assign(await super.update(body, user, request, response), { isMine: true });
  }
}

@Controller('lost')
class Lost extends createResetPasswordController() {
  static asked = 0;

  @Post('forgot-password')
  @HttpCode(202)
  @AllowAnonymous()
  @ModelBody(ForgotPasswordDto)
  override async forgotPassword(
    @Body() body: ForgotPasswordDto,
    @Req() request: OriginalRequest,
  ): Promise<void> {
    Lost.asked++;
    await super.forgotPassword(body, request);
  }
}

@Controller('people')
@UseGuards(OfficeHours)
class People extends createUsersController(models) {
  @Get()
  override async list(@Query() query: Record<string, unknown>) {
    const { items, nextCursor } = await super.list(query);
    return { items: items.toReversed(), nextCursor };
  }
}

tell(
  'Subclassed controllers',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    beforeEach(async () => {
      persona = await guest({ isVerified: true });
    });
    const guest = async (rights: { isVerified?: boolean; isSuperuser?: boolean } = {}) => {
      const somebody = await newcomer(stage.host, 'jwt', rights);
      somebody.adopt(await login('jwt', {}, somebody));
      return somebody;
    };
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      stage.host.send({ method: 'POST', path, body, headers });
    const login = (backend: string, headers = {}, { email, password } = persona) =>
      post(`/session/login/${backend}`, { username: email, password }, headers);

    describe('of login and logout', () => {
      it('an overridden login adds to the answer, at its own path', async () => {
        const bearer = await login('jwt');
        expect(bearer.status).toBe(200);
        expect(bearer.body).toMatchObject({ token_type: 'bearer', greeting: 'Welcome back.' });
        const cookie = await login('cookie');
        expect([cookie.status, cookie.text, cookie.cookies.length]).toEqual([204, '', 1]);
        expect((await post('/users/login/jwt', {})).status).toBe(404);
      });

      it('validation, errors and media types are the library’s', async () => {
        expectInvalid(await post('/session/login/jwt', { username: persona.email }), 'password');
        const wrong = { username: persona.email, password: newPassword() };
        expectError(await post('/session/login/jwt', wrong), 400, 'LOGIN_BAD_CREDENTIALS');
        expectError(await post('/session/login/other', wrong), 404, 'BACKEND_NOT_FOUND');
        expect((await login('jwt', { 'content-type': 'text/plain' })).status).toBe(415);
        expectError(
          await login('cookie', { origin: 'https://evil.example' }),
          403,
          'CSRF_REJECTED',
        );
      });

      it('the application’s own guard counts for inherited routes too', async () => {
        expect((await login('jwt', { 'x-hour': '3' })).body.message).toBe('Come back tomorrow.');
        const headers = persona.credential;
        expect((await post('/session/logout/jwt', {}, { ...headers, 'x-hour': '3' })).status).toBe(
          403,
        );
        expect((await post('/session/logout/jwt', {}, headers)).status).toBe(202);
        expectUnauthorized(await post('/session/logout/jwt', {}), 'Bearer');
      });
    });

    describe('of one’s own account', () => {
      it('an overridden route keeps the class’s guard', async () => {
        const answer = await persona.send({ path: '/account/me' });
        expect(answer.body).toMatchObject({ id: persona.id, isMine: true });
        expect(answer.headers['cache-control']).toBe('no-store');
        expectUnauthorized(await stage.host.send({ path: '/account/me' }));
      });

      it('an overridden change demands more, and still hands out the fresh credential', async () => {
        const change = { method: 'PATCH', path: '/account/me' };
        const unverified = await guest();
        expectError(await unverified.send({ ...change, body: {} }), 403, 'FORBIDDEN');
        expectUnauthorized(await stage.host.send({ ...change, body: {} }));

        const body = { password: newPassword(), currentPassword: persona.password };
        for (const backend of ['jwt', 'cookie']) {
          const headers = credentialOf(await login(backend))!;
          const changed = await stage.host.send({ ...change, headers, body });
          expect(changed.status).toBe(200);
          expect(changed.body).toMatchObject({ id: persona.id, isMine: true });
          const fresh = credentialOf(changed)!;
          expect((await stage.host.send({ path: '/account/me', headers })).status).toBe(401);
          expect((await stage.host.send({ path: '/account/me', headers: fresh })).status).toBe(200);
          persona.password = body.password;
          [body.currentPassword, body.password] = [body.password, newPassword()];
        }
      });
    });

    it('of forgotten passwords: an overridden route, and an inherited one', async () => {
      const { email } = persona;
      const before = Lost.asked;
      expect((await post('/lost/forgot-password', { email })).status).toBe(202);
      expect(Lost.asked).toBe(before + 1);
      expectInvalid(await post('/lost/forgot-password', {}), 'email');
      const token = (await stage.host.events.resetTokens(email)).at(-1);
      const password = newPassword();
      expect((await post('/lost/reset-password', { token, password })).status).toBe(200);
      expectError(
        await post('/lost/reset-password', { token, password }),
        400,
        'RESET_PASSWORD_BAD_TOKEN',
      );
    });

    it('of administration: an overridden route, and inherited ones', async () => {
      const admin = await guest({ isSuperuser: true });
      const list = await admin.send({ path: '/people?limit=100' });
      const ids = (list.body.items as { id: string }[]).map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(1);
      expect(ids).toEqual(ids.toSorted().toReversed());
      expectInvalid(await admin.send({ path: '/people?limit=0' }), 'limit');
      expect((await admin.send({ path: `/people/${persona.id}` })).body.id).toBe(persona.id);
      expectError(await admin.send({ path: '/people/nobody' }), 404, 'USER_NOT_FOUND');

      for (const path of ['/people', `/people/${persona.id}`]) {
        expectUnauthorized(await stage.host.send({ path }));
        expectError(await persona.send({ path }), 403, 'FORBIDDEN');
        expect((await admin.send({ path, headers: { 'x-hour': '3' } })).status).toBe(403);
      }
      const { status } = await admin.send({ method: 'DELETE', path: `/people/${persona.id}` });
      expect(status).toBe(204);
    });
  },
  {
    extras: { routes: { auth: Session, me: Account, resetPassword: Lost, users: People } },
  },
);
