import { UsersModule } from '@nestjs-users/core';
import { type INestApplication, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import type { HostOptions } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, credentialOf, newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

interface Variant extends HostOptions {
  readonly title: string;
  /** Where the routes are. */
  readonly base: string;
  /** What each request has to say. */
  readonly headers?: Record<string, string>;
  /** Where they are not. */
  readonly not: readonly string[];
}

const prefix = (app: INestApplication): unknown => app.setGlobalPrefix('api');
const uriVersions = (defaultVersion?: string) => (app: INestApplication) => {
  app.enableVersioning({
    type: VersioningType.URI,
    ...(defaultVersion !== undefined && { defaultVersion }),
  });
};

const variants: readonly Variant[] = [
  { title: 'as it comes', base: '/users', not: ['/api/users'] },
  { title: 'a path', base: '/people', not: ['/users'], extras: { path: 'people' } },
  {
    title: 'a path of several parts, with slashes',
    base: '/api/v2/people',
    not: ['/users', '/people'],
    extras: { path: '/api/v2/people' },
  },
  { title: 'a path at the root', base: '', not: ['/users'], extras: { path: '' } },
  {
    title: 'a global prefix',
    base: '/api/users',
    not: ['/users'],
    configure: (app) => void prefix(app),
  },
  {
    title: 'versions in the URI',
    base: '/users',
    not: ['/v1/users'],
    configure: uriVersions(),
  },
  {
    title: 'a default version in the URI',
    base: '/v1/users',
    not: ['/users', '/v2/users'],
    configure: uriVersions('1'),
  },
  {
    title: 'a version in a header',
    base: '/users',
    headers: { 'x-version': '1' },
    not: [],
    configure: (app) =>
      void app.enableVersioning({
        type: VersioningType.HEADER,
        header: 'x-version',
        defaultVersion: ['1', VERSION_NEUTRAL],
      }),
  },
  {
    title: 'a module under a path',
    base: '/inner/users',
    not: ['/users'],
    imports: [RouterModule.register([{ path: 'inner', module: UsersModule }])],
  },
  {
    title: 'all of it',
    base: '/api/v1/inner/people',
    not: ['/people', '/api/people', '/inner/people', '/v1/people'],
    extras: { path: 'people' },
    imports: [RouterModule.register([{ path: 'inner', module: UsersModule }])],
    configure: (app) => {
      prefix(app);
      uriVersions('1')(app);
    },
  },
];

describe.each(variants)('Hosted with $title', ({ base, headers, not, ...wishes }) => {
  tell(
    'the routes',
    everyPlatform.filter(({ flavour }) => flavour === 'bare'),
    (stage) => {
      const request = (method: string, route: string, body?: object, credential = {}) =>
        stage.host.send({
          method,
          path: `${base}${route}`.replace(/^(?!\/)/, '/'),
          headers: { ...headers, ...credential },
          ...(body && { body }),
        });

      it.each(backends)('work from registration to logout (%s)', async (backend) => {
        const { host } = stage;
        const [email, password, second] = [newEmail(), newPassword(), newPassword()];
        const admin = { email: newEmail(), password };
        await host.users.create({ ...admin, isSuperuser: true });
        const login = async (username: string) => {
          const answer = await request('POST', `/login/${backend}`, { username, password });
          return credentialOf(answer) ?? {};
        };

        const { status, body } = await request('POST', '/register', { email, password });
        const own = await login(email);
        const rights = await login(admin.email);
        await request('POST', '/forgot-password', { email });
        const [token] = await host.events.resetTokens(email);
        const list = await request('GET', `?email=${email}`, undefined, rights);
        const statuses = [
          status,
          (await request('GET', '/me', undefined, own)).status,
          (await request('PATCH', '/me', { firstName: 'Anna' }, own)).status,
          (await request('POST', `/logout/${backend}`, undefined, own)).status,
          (await request('POST', '/reset-password', { token, password: second })).status,
          (await request('GET', `/${body.id}`, undefined, rights)).status,
          (await request('PATCH', `/${body.id}`, { isVerified: true }, rights)).status,
          (await request('DELETE', `/${body.id}`, undefined, rights)).status,
        ];
        expect(list.body).toMatchObject({ items: [{ id: body.id }], nextCursor: null });
        expect(statuses).toEqual([201, 200, 200, 202, 200, 200, 200, 204]);
      });

      it('LG-01: know a backend by its exact name only', async () => {
        for (const name of ['%6awt', 'JWT', 'jwt%2f', 'jwt/x', '__proto__']) {
          expect((await request('POST', `/login/${name}`, {})).status).toBe(404);
        }
      });

      it('are nowhere else', async () => {
        for (const elsewhere of not) {
          const path = `${elsewhere}/login/jwt`;
          expect((await stage.host.send({ method: 'POST', path, body: {} })).status).toBe(404);
        }
      });
    },
    wishes,
  );
});

const ID = '11111111-1111-4111-8111-111111111111';
const routes = [
  ['register', 'POST', '/users/register', 422],
  ['auth', 'POST', '/users/login/jwt', 422],
  ['auth', 'POST', '/users/logout/jwt', 401],
  ['resetPassword', 'POST', '/users/forgot-password', 422],
  ['resetPassword', 'POST', '/users/reset-password', 422],
  ['me', 'GET', '/users/me', 401],
  ['me', 'PATCH', '/users/me', 401],
  ['users', 'GET', '/users', 401],
  ['users', 'GET', `/users/${ID}`, 401],
  ['users', 'PATCH', `/users/${ID}`, 401],
  ['users', 'DELETE', `/users/${ID}`, 401],
] as const;

describe.each(['register', 'auth', 'resetPassword', 'me', 'users'] as const)(
  'RG-14: routes: { %s: false }',
  (off) => {
    tell(
      'switches these routes off, and no others',
      everyPlatform.filter(({ flavour }) => flavour === 'bare'),
      (stage) => {
        it.each(routes)('%s: %s %s', async (key, method, path, status) => {
          const body = method === 'GET' ? undefined : {};
          const answer = await stage.host.send({ method, path, ...(body && { body }) });
          // What is left of /users/me without its controller is an id for superusers.
          expect(answer.status).toBe(key === off && off !== 'me' ? 404 : status);
        });

        if (off !== 'me') return;
        it('leaves nobody’s account behind "me"', async () => {
          const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
          expect((await admin.me()).status).toBe(404);
        });
      },
      { extras: { routes: { [off]: false } } },
    );
  },
);
