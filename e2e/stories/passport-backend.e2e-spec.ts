import {
  Authenticated,
  CurrentUser,
  PassportBackend,
  ServiceUnavailableError,
  type UsersService,
} from '@nestjs-users/core';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { beforeEach, expect, it } from 'vitest';
import { tokenOf } from '../harness/doors.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { type Host, usualBackends } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { ApiKeyStrategy } from '../harness/api-key-strategy.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Whose key it is: the host is known when the first key comes. */
const keys = new Map<string, string>();
let users: UsersService<User>;

const strategy = new ApiKeyStrategy((key, done) => {
  if (key === 'error') return done(new Error('given to done'));
  if (key === 'busy') return done(new ServiceUnavailableError(3, 'the key store is down'));
  if (key === 'text') return done(null, 'a name' as never);
  if (key === 'plain') return done(null, { isActive: 'yes', isSuperuser: true });
  const id = keys.get(key);
  if (id === undefined) return done(null, false);
  users.get(id).then(
    (user) => done(null, user),
    () => done(null, false),
  );
});

@Controller('things')
class ThingsController {
  @Get()
  @Authenticated()
  any(@CurrentUser() user: User): { by: string } {
    return { by: user.email };
  }

  @Get('by-key')
  @Authenticated({ backends: ['api-key'] })
  byKey(@CurrentUser() user: User): { by: string } {
    return { by: user.email };
  }

  @Get('plain-guard')
  @UseGuards(AuthGuard('api-key'))
  plainGuard(@CurrentUser() user: User): { by: string } {
    return { by: user.email };
  }

  @Get('optional')
  @Authenticated({ optional: true })
  optional(@CurrentUser() user: User | null): { by: string | null } {
    return { by: user && user.email };
  }

  @Get('superuser')
  @Authenticated({ superuser: true })
  superuser(): void {}
}

const get = (host: Host, path: string, headers: Record<string, string> = {}) =>
  host.send({ path, headers });

tell(
  'A Passport strategy as a backend',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    let key: string;
    beforeEach(async () => {
      users = stage.host.users;
      persona = await newcomer(stage.host);
      key = `key-${persona.id}`;
      keys.set(key, persona.id);
    });
    const withKey = (value: string) => ({ 'x-api-key': value });

    it('a good key is its user, on guarded routes of the application and the library', async () => {
      for (const path of ['', '/by-key', '/optional', '/plain-guard']) {
        const answer = await get(stage.host, `/things${path}`, withKey(key));
        expect([answer.status, answer.body]).toEqual([200, { by: persona.email }]);
      }
      expect((await get(stage.host, '/users/me', withKey(key))).body.id).toBe(persona.id);
      expectError(await get(stage.host, '/things/superuser', withKey(key)), 403, 'FORBIDDEN');
    });

    it.each(['unknown', '', 'pass', 'text', 'plain'])('the key %j is nobody', async (value) => {
      expectUnauthorized(
        await get(stage.host, '/things', withKey(value)),
        'ApiKey, Bearer, Cookie',
      );
      expectUnauthorized(await get(stage.host, '/things/by-key', withKey(value)), 'ApiKey');
      const optional = await get(stage.host, '/things/optional', withKey(value));
      expect(optional.body).toEqual({ by: null });
    });

    it('without a key, or with the user’s other credentials, nobody', async () => {
      for (const headers of [{}, persona.credential, { 'x-api-keys': key }]) {
        expectUnauthorized(await get(stage.host, '/things/by-key', headers), 'ApiKey');
      }
    });

    it('the key of an inactive or deleted user is nobody, with the next request', async () => {
      const isKnown = async (): Promise<boolean> => {
        const answers = [
          await get(stage.host, '/things/by-key', withKey(key)),
          await get(stage.host, '/things/plain-guard', withKey(key)),
        ];
        const [one, other] = answers.map(({ status }) => status);
        expect(one, 'Passport’s own guard judges alike').toBe(other);
        return one === 200;
      };
      expect(await isKnown()).toBe(true);
      await stage.host.users.update({ id: persona.id }, { isActive: false });
      expect(await isKnown()).toBe(false);
      await stage.host.users.update({ id: persona.id }, { isActive: true });
      expect(await isKnown()).toBe(true);
      await stage.host.users.delete({ id: persona.id });
      expect(await isKnown()).toBe(false);
    });

    it.each(['throw', 'error', 'redirect'])(
      'TK-17: a strategy that fails (%s) lets nobody in, and tells nothing',
      async (value) => {
        for (const path of ['/things', '/things/by-key', '/things/optional']) {
          const answer = await get(stage.host, path, withKey(value));
          expect(answer.status, path).toBe(500);
          expect(answer.body).toEqual({ statusCode: 500, message: 'Internal server error' });
        }
      },
    );

    it('TK-17: a strategy that is out of order is 503', async () => {
      for (const path of ['/things', '/things/by-key', '/things/optional']) {
        const answer = await get(stage.host, path, withKey('busy'));
        expectError(answer, 503, 'SERVICE_UNAVAILABLE');
        expect(answer.headers['retry-after']).toBe('3');
      }
    });

    it.each(['throw', 'error', 'redirect', 'busy', 'unknown'])(
      'TK-17: a backend that fails (%s) does not hide the good credential of another',
      async (value) => {
        const cookie = `__Host-users-cookie=${await tokenOf(persona, 'cookie')}`;
        for (const other of [persona.credential, { cookie }]) {
          const answer = await get(stage.host, '/things', { ...withKey(value), ...other });
          expect([answer.status, answer.body]).toEqual([200, { by: persona.email }]);
        }
      },
    );

    it('has no login and no logout', async () => {
      const { email: username, password } = persona;
      for (const path of ['/users/login/api-key', '/users/logout/api-key']) {
        const headers = withKey(key);
        const answer = await stage.host.send({
          method: 'POST',
          path,
          headers,
          body: { username, password },
        });
        expectError(answer, 404, 'BACKEND_NOT_FOUND');
      }
    });

    it('a key changes its user’s profile, and gets no other credential for a new password', async () => {
      const body = { password: newPassword(), currentPassword: persona.password };
      const answer = await stage.host.send({
        method: 'PATCH',
        path: '/users/me',
        headers: withKey(key),
        body,
      });
      expect([answer.status, answer.cookies]).toEqual([200, []]);
      expect(answer.body).not.toHaveProperty('access_token');
      expect((await persona.me()).status, 'the token is dead').toBe(401);
      expect((await get(stage.host, '/things', withKey(key))).status, 'the key is not').toBe(200);
    });
  },
  {
    controllers: [ThingsController],
    options: {
      backends: [
        new PassportBackend({ name: 'api-key', strategy, challenge: 'ApiKey' }),
        ...usualBackends(),
      ],
    },
  },
);
