import { AuthBackend, ServiceUnavailableError, UserAdapter } from '@nestjs-users/core';
import { Controller, Get, HttpCode, Patch, Post, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tokenOf } from '../harness/doors.js';
import { type Host, usualBackends } from '../harness/host.js';
import type { User } from '../harness/models.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const get = (host: Host, path: string, headers: Record<string, string> = {}) =>
  host.send({ path, headers });

/** Routes under Passport's own guard, which knows nothing of this library. */
@Controller('plain')
class PlainController {
  static deeds = 0;

  @Get('jwt')
  @UseGuards(AuthGuard('jwt'))
  jwt(@Req() request: { user: User }): { by: string } {
    return { by: request.user.email };
  }

  @Get('cookie')
  @UseGuards(AuthGuard('cookie'))
  cookie(@Req() request: { user: User }): { by: string } {
    return { by: request.user.email };
  }

  @Post('cookie')
  @HttpCode(200)
  @UseGuards(AuthGuard('cookie'))
  write(): void {
    PlainController.deeds++;
  }

  @Patch('either')
  @UseGuards(AuthGuard(['jwt', 'cookie']))
  either(@Req() request: { user: User }): { by: string } {
    return { by: request.user.email };
  }
}

tell(
  'Passport’s own guard',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    let token: string;
    let cookie: string;
    beforeEach(async () => {
      persona = await newcomer(stage.host);
      token = await tokenOf(persona, 'jwt');
      cookie = `__Host-users-cookie=${await tokenOf(persona, 'cookie')}`;
    });
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it('knows the backends by their names', async () => {
      const authorization = `Bearer ${token}`;
      for (const [path, headers] of [
        ['/plain/jwt', { authorization }],
        ['/plain/cookie', { cookie }],
      ] as const) {
        const answer = await get(stage.host, path, headers);
        expect([answer.status, answer.body]).toEqual([200, { by: persona.email }]);
        expect((await get(stage.host, path)).status).toBe(401);
      }
      expect((await get(stage.host, '/plain/jwt', { cookie })).status).toBe(401);
      expect((await get(stage.host, '/plain/cookie', { authorization })).status).toBe(401);
      const send = (headers: Record<string, string>) =>
        stage.host.send({ method: 'PATCH', path: '/plain/either', headers });
      expect((await send({ authorization })).status).toBe(200);
      expect((await send({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    });

    it.each([
      ['garbage', () => 'Bearer x'],
      ['a token of the other backend', () => `Bearer ${cookie.split('=')[1]}`],
    ])('refuses %s', async (_title, make) => {
      expect((await get(stage.host, '/plain/jwt', { authorization: make() })).status).toBe(401);
    });

    it('refuses the token of an inactive user, and one from before a new password', async () => {
      const authorization = `Bearer ${token}`;
      await stage.host.users.update({ id: persona.id }, { isActive: false });
      expect((await get(stage.host, '/plain/jwt', { authorization })).status).toBe(401);
      await stage.host.users.update({ id: persona.id }, { isActive: true });
      expect((await get(stage.host, '/plain/jwt', { authorization })).status).toBe(401);
      expect((await get(stage.host, '/plain/cookie', { cookie })).status).toBe(401);
    });

    it('CK-03: does not believe the cookie of a request from elsewhere, and it is no 500', async () => {
      const before = PlainController.deeds;
      for (const site of ['cross-site', 'none', '']) {
        const headers = { cookie, ...(site && { 'sec-fetch-site': site }) };
        const answer = await stage.host.send({ method: 'POST', path: '/plain/cookie', headers });
        expect(answer.status).toBe(403);
      }
      expect(PlainController.deeds).toBe(before);
      const own = { cookie, 'sec-fetch-site': 'same-origin' };
      expect(
        (await stage.host.send({ method: 'POST', path: '/plain/cookie', headers: own })).status,
      ).toBe(200);
    });

    it('CF-06: a database that does not answer is 503', async () => {
      const adapter = stage.host.app.get(UserAdapter, { strict: false });
      vi.spyOn(adapter, 'findById').mockRejectedValue(new ServiceUnavailableError(9, 'down'));
      const answer = await get(stage.host, '/plain/jwt', { authorization: `Bearer ${token}` });
      expect(answer.status).toBe(503);
    });
  },
  { controllers: [PlainController] },
);

const forVerified = usualBackends().map(
  (backend) => new AuthBackend({ ...backend, requireVerified: true }),
);

tell(
  'Passport’s own guard, where backends serve only verified users',
  everyPlatform,
  (stage) => {
    it('VF-09: lets nobody in whose address is not verified any more', async () => {
      const { host } = stage;
      const anna = await newcomer(host, 'jwt', { isVerified: true });
      expect((await get(host, '/plain/jwt', anna.credential)).status).toBe(200);
      await host.users.update({ id: anna.id }, { isVerified: false });
      const either = { method: 'PATCH', path: '/plain/either', headers: anna.credential } as const;
      for (const refused of [
        await get(host, '/plain/jwt', anna.credential),
        await host.send(either),
      ]) {
        expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
      }
      await host.users.update({ id: anna.id }, { isVerified: true });
      expect((await get(host, '/plain/jwt', anna.credential)).status).toBe(200);
    });
  },
  { controllers: [PlainController], options: { backends: forVerified } },
);
