import { Controller, Get } from '@nestjs/common';
import {
  AuthBackend,
  Authenticated,
  CookieTransport,
  type CookieTransportOptions,
  JwtTokenStrategy,
} from '@nestjs-users/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSetCookie } from '../harness/cookies.js';
import { tokenOf } from '../harness/doors.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { type Claims, claimsOf, forge, JWT_HEADER } from '../harness/forge.js';
import { SECRET, usualBackends } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller('notes')
class NotesController {
  @Get()
  @Authenticated({ superuser: true })
  list(): void {}
}

/** Names of backends that there are not; as the path has them. */
const strangeNames = [
  'unknown',
  'JWT',
  'Jwt',
  'jwt/',
  'jwt//',
  'jwt%20',
  'jwt%00',
  '%6awt',
  'jw%74',
  'jwt;x',
  'jwt%2F',
  'jwt,cookie',
  '..%2Fjwt',
  '.',
  '%2e',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
  ':backend',
  '*',
  'x'.repeat(90),
];

/** Cookies that differ from the defaults in whatever a browser compares. */
const cookies: Readonly<Record<string, CookieTransportOptions>> = {
  cookie: {},
  strict: { name: 'sid', sameSite: 'strict' },
  shared: { name: 'shared', domain: 'example.org', path: '/users', sameSite: 'none' },
  plain: { name: 'plain', secure: false },
};

tell(
  'Sessions',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    beforeAll(async () => {
      persona = await newcomer(stage.host);
    });
    const login = (backend: string, headers: Record<string, string> = {}) => {
      const body = { username: persona.email, password: persona.password };
      return stage.host.send({ method: 'POST', path: `/users/login/${backend}`, body, headers });
    };

    it.each(strangeNames)('LG-01: the backend %j does not exist', async (name) => {
      const events = await stage.host.events.during(async () => {
        const body = { username: persona.email, password: persona.password };
        const path = `/users/login/${name}`;
        const answer = await stage.host.send({ method: 'POST', path, body });
        expect([answer.status, answer.cookies]).toEqual([404, []]);
        const { credential: headers } = persona;
        const logout = { method: 'POST', path: `/users/logout/${name}`, headers };
        expect((await stage.host.send(logout)).status).toBe(404);
      });
      expect(events).toEqual([]);
    });

    it('LG-02: a planted cookie is never adopted', async () => {
      for (const planted of ['attacker-chosen', forge(JWT_HEADER, { sub: persona.id }), '']) {
        const cookie = `__Host-users-cookie=${planted}`;
        const answer = await login('cookie', { cookie, 'sec-fetch-site': 'same-origin' });
        expect(answer.status).toBe(204);
        const { value } = parseSetCookie(answer.cookies[0]!);
        expect(value.length).toBeGreaterThan(100);
        expect(value).not.toBe(planted);
        const me = (header: string) =>
          stage.host.send({ path: '/users/me', headers: { cookie: header } });
        expect((await me(cookie)).status, 'the planted value stays dead').toBe(401);
        expect((await me(`__Host-users-cookie=${value}`)).status).toBe(200);
      }
    });

    it('LG-02: each login makes another token', async () => {
      for (const backend of ['jwt', 'cookie']) {
        const tokens = await Promise.all(
          Array.from({ length: 5 }, () => tokenOf(persona, backend)),
        );
        expect(new Set(tokens).size).toBe(5);
      }
    });

    it('LG-03: a token stands where its transport puts it, and nowhere else', async () => {
      const bearer = await login('jwt');
      const token: string = bearer.body.access_token;
      expect(bearer.text.split(token)).toHaveLength(2);
      expect(JSON.stringify(bearer.headers)).not.toContain(token);
      expect([bearer.cookies, bearer.headers['location']]).toEqual([[], undefined]);

      const cookie = await login('cookie');
      const { value } = parseSetCookie(cookie.cookies[0]!);
      expect([cookie.status, cookie.text]).toEqual([204, '']);
      const { 'set-cookie': _, ...others } = cookie.headers;
      expect(JSON.stringify(others)).not.toContain(value);
      expect(cookie.headers['location']).toBeUndefined();
    });

    it('LG-04: no cache keeps what concerns a user', async () => {
      const { credential, id, email: username } = persona;
      const post = (path: string, body: object) => ({ method: 'POST', path, body });
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const messages: readonly (readonly [number, Parameters<typeof stage.host.send>[0]])[] = [
        [200, post('/users/login/jwt', { username, password: persona.password })],
        [204, post('/users/login/cookie', { username, password: persona.password })],
        [400, post('/users/login/jwt', { username, password: newPassword() })],
        [422, post('/users/login/jwt', {})],
        [404, post('/users/login/other', { username, password: 'x' })],
        [201, post('/users/register', { email: newEmail(), password: newPassword() })],
        [400, post('/users/register', { email: username, password: newPassword() })],
        [202, post('/users/forgot-password', { email: newEmail() })],
        [400, post('/users/reset-password', { token: 'x', password: newPassword() })],
        [200, { path: '/users/me', headers: credential }],
        [401, { path: '/users/me' }],
        [200, { path: '/users', headers: admin.credential }],
        [200, { path: `/users/${id}`, headers: admin.credential }],
        [404, { path: '/users/nobody', headers: admin.credential }],
        [403, { path: '/users', headers: credential }],
        [401, { path: '/notes' }],
        [403, { path: '/notes', headers: credential }],
        [202, { ...post('/users/logout/jwt', {}), headers: credential }],
        [401, post('/users/logout/jwt', {})],
      ];
      for (const [status, message] of messages) {
        const answer = await stage.host.send(message);
        expect(answer.status, message.path).toBe(status);
        expect(answer.headers['cache-control'], `${message.path} ${status}`).toBe('no-store');
      }
    });

    describe.each(Object.keys(cookies))('the cookie of %s', (backend) => {
      const bad: Readonly<Record<string, (claims: Claims) => string | undefined>> = {
        absent: () => undefined,
        empty: () => '',
        garbage: () => '%E0%A4%A',
        expired: (claims) =>
          forge(JWT_HEADER, { ...claims, exp: Math.floor(Date.now() / 1000) - 1 }),
        'of another backend': (claims) =>
          forge(JWT_HEADER, { ...claims, aud: 'nestjs-users:auth:jwt' }),
      };

      it.each(Object.keys(bad))('LG-08: a logout with a token that is %s', async (kind) => {
        const set = parseSetCookie((await login(backend)).cookies[0]!);
        const value = bad[kind]!(claimsOf(set.value));
        const headers = {
          'sec-fetch-site': 'same-origin',
          ...(value !== undefined && { cookie: `${set.name}=${value}` }),
        };
        const answer = await stage.host.send({
          method: 'POST',
          path: `/users/logout/${backend}`,
          headers,
        });
        expectUnauthorized(answer, 'Cookie');
        expect(answer.cookies).toHaveLength(1);
        const cleared = parseSetCookie(answer.cookies[0]!);
        expect(cleared).toEqual({
          name: set.name,
          value: '',
          attributes: { ...set.attributes, 'max-age': '0' },
        });
      });
    });

    it('LG-08: a bearer logout with a bad token is 401, and sets no cookie', async () => {
      for (const authorization of ['Bearer x', '', 'Basic eDp5']) {
        const headers = { authorization };
        const answer = await stage.host.send({
          method: 'POST',
          path: '/users/logout/jwt',
          headers,
        });
        expectUnauthorized(answer, 'Bearer');
        expect(answer.cookies).toEqual([]);
      }
      expectError(
        await stage.host.send({ method: 'POST', path: '/users/logout/jwt' }),
        401,
        'UNAUTHORIZED',
      );
    });
  },
  {
    controllers: [NotesController],
    options: {
      backends: [
        usualBackends()[0]!,
        ...Object.entries(cookies).map(
          ([name, options]) =>
            new AuthBackend({
              name,
              transport: new CookieTransport(options),
              strategy: new JwtTokenStrategy({ secret: SECRET }),
            }),
        ),
      ],
    },
  },
);
