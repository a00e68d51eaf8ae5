import { Controller, Get } from '@nestjs/common';
import {
  type Backend,
  AuthBackend,
  Authenticated,
  BearerTransport,
  CookieTransport,
  CurrentUser,
  JwtTokenStrategy,
  PassportBackend,
  type UsersService,
} from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { ApiKeyStrategy } from '../harness/api-key-strategy.js';
import { visible } from '../harness/client.js';
import { expectError } from '../harness/errors.js';
import { SECRET } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { backends, newcomer, Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';
import { verificationOf, verifyBy } from '../harness/verification.js';

const strategy = new JwtTokenStrategy({ secret: SECRET });

/** The usual backends, for those alone whose address is verified. */
const demanding = (): Backend[] => [
  new AuthBackend({
    name: 'jwt',
    transport: new BearerTransport(),
    strategy,
    requireVerified: true,
  }),
  new AuthBackend({
    name: 'cookie',
    transport: new CookieTransport(),
    strategy,
    requireVerified: true,
  }),
];

/** What somebody sees who is logged in, and stops being verified. */
const loggedIn = async (...persona: Parameters<typeof newcomer>): Promise<Persona> => {
  const anna = await newcomer(persona[0], persona[1], { ...persona[2], isVerified: true });
  expect((await anna.me()).status).toBe(200);
  await anna.host.users.update({ id: anna.id }, { isVerified: false });
  return anna;
};

tell(
  'Backends for verified users',
  everySetup,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it('EN-03: tell that somebody is not verified after the right password alone', async () => {
        const { host } = stage;
        const anna = await newcomer(host, backend);
        const nobody = new Persona(host, '', 'nobody@example.org', newPassword(), backend);
        const wrong = await anna.login('not the right one');
        expect(visible(wrong)).toEqual(visible(await nobody.login()));
        expectError(wrong, 400, 'LOGIN_BAD_CREDENTIALS');
        host.hasher.reset();
        const refused = await anna.login();
        expectError(refused, 400, 'LOGIN_USER_NOT_VERIFIED');
        expect(refused.cookies).toEqual([]);
        expect(host.hasher.calls).toBe(1);
      });

      it('EN-01: do not tell it of somebody inactive', async () => {
        const anna = await newcomer(stage.host, backend, { isActive: false });
        expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      });

      it('let somebody in from the moment of the verification', async () => {
        const anna = await newcomer(stage.host, backend);
        expectError(await anna.login(), 400, 'LOGIN_USER_NOT_VERIFIED');
        expect((await verifyBy(stage.host, await verificationOf(anna))).status).toBe(200);
        expect([200, 204]).toContain((await anna.login()).status);
        expect((await anna.me()).body).toMatchObject({ id: anna.id, isVerified: true });
      });

      it('VF-09: shut the routes at the next request, and open them again', async () => {
        const { host } = stage;
        const anna = await loggedIn(host, backend);
        const before = await host.row({ id: anna.id });
        expectError(await anna.me(), 403, 'FORBIDDEN');
        const body = { firstName: 'Anna' };
        const answer = await anna.send({ method: 'PATCH', path: '/users/me', body });
        expectError(answer, 403, 'FORBIDDEN');
        expect(await host.row({ id: anna.id })).toEqual(before);
        await host.users.update({ id: anna.id }, { isVerified: true });
        expect((await anna.me()).status).toBe(200);
      });

      it('VF-06, VF-09: whoever changes the address has to verify it', async () => {
        const { host } = stage;
        const anna = await newcomer(host, backend, { isVerified: true });
        const body = { email: `new-${anna.email}`, currentPassword: anna.password };
        const answer = await anna.send({ method: 'PATCH', path: '/users/me', body });
        expect(answer.body).toMatchObject({ isVerified: false });
        expectError(await anna.me(), 403, 'FORBIDDEN');
      });

      it('VF-09: shut the superusers out, too', async () => {
        const { host } = stage;
        const admin = await loggedIn(host, backend, { isSuperuser: true });
        const requests = [
          { path: '/users' },
          { path: `/users/${admin.id}` },
          { method: 'PATCH', path: `/users/${admin.id}`, body: { isVerified: true } },
          { method: 'DELETE', path: `/users/${admin.id}` },
          { method: 'POST', path: `/users/${admin.id}/forgot-password` },
        ] as const;
        for (const request of requests) {
          expectError(await admin.send(request), 403, 'FORBIDDEN');
        }
        expect(await host.row({ id: admin.id })).toMatchObject({ isVerified: false });
      });

      it('let everybody log out', async () => {
        const anna = await loggedIn(stage.host, backend);
        const path = `/users/logout/${backend}`;
        expect([202, 204]).toContain((await anna.send({ method: 'POST', path })).status);
      });
    });
  },
  { options: { backends: demanding() } },
);

/** Whose address it is that stands in the header: the host is known when the first one comes. */
let users: UsersService | undefined;
const header = new ApiKeyStrategy((email, done) => {
  void users?.getByEmail(email).then((user) => done(null, user));
});

@Controller('who')
class WhoController {
  @Get('am-i')
  @Authenticated()
  amI(@CurrentUser() user: User): object {
    return { id: user.id };
  }

  @Get('might-i-be')
  @Authenticated({ optional: true })
  mightIBe(@CurrentUser() user: User | null): object {
    return { id: user?.id ?? null };
  }
}

tell(
  'One backend for verified users beside others',
  everyPlatform,
  (stage) => {
    const at = async (anna: Persona, backend: string): Promise<Persona> => {
      const persona = new Persona(stage.host, anna.id, anna.email, anna.password, backend as 'jwt');
      await persona.login();
      return persona;
    };
    const ask = (headers: Record<string, string>, path = '/who/am-i') =>
      stage.host.send({ path, headers });

    it('demands it of its own credentials alone', async () => {
      const anna = await newcomer(stage.host);
      expect((await ask(anna.credential)).body).toEqual({ id: anna.id });
      expectError(await (await at(anna, 'strict')).login(), 400, 'LOGIN_USER_NOT_VERIFIED');
      await stage.host.users.update({ id: anna.id }, { isVerified: true });
      const strict = await at(anna, 'strict');
      expect((await ask(strict.credential)).body).toEqual({ id: anna.id });
      await stage.host.users.update({ id: anna.id }, { isVerified: false });
      expectError(await ask(strict.credential), 403, 'FORBIDDEN');
      expect((await ask(anna.credential)).body).toEqual({ id: anna.id });
    });

    it('VF-09: optional routes see nobody', async () => {
      const anna = await newcomer(stage.host, 'jwt', { isVerified: true });
      const strict = await at(anna, 'strict');
      expect((await ask(strict.credential, '/who/might-i-be')).body).toEqual({ id: anna.id });
      await stage.host.users.update({ id: anna.id }, { isVerified: false });
      expect((await ask(strict.credential, '/who/might-i-be')).body).toEqual({ id: null });
    });

    it('VF-09: may be any Passport strategy', async () => {
      users = stage.host.users;
      const anna = await newcomer(stage.host);
      const credential = { 'x-api-key': anna.email };
      expectError(await ask(credential), 403, 'FORBIDDEN');
      await stage.host.users.update({ id: anna.id }, { isVerified: true });
      expect((await ask(credential)).body).toEqual({ id: anna.id });
    });
  },
  {
    controllers: [WhoController],
    options: {
      backends: [
        new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy }),
        new AuthBackend({
          name: 'strict',
          transport: new BearerTransport(),
          strategy,
          requireVerified: true,
        }),
        new PassportBackend({ name: 'header', strategy: header, requireVerified: true }),
      ],
    },
  },
);
