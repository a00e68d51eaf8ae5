import { Controller, Get } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import type { Message } from '../harness/client.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { Host } from '../harness/host.js';
import { mountedRoutes, noteRoutes } from '../harness/mounted-routes.js';
import { backends, newcomer } from '../harness/persona.js';
import { nameOf, pathOf, type Route, routes, allRoutes, usualRoutes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** A request that is well-formed, and changes nothing whoever sends it. */
function harmless(route: Route, backend = 'jwt'): Message {
  const { method, fields } = route;
  return { method, path: pathOf(route, { backend }), ...(fields && { body: {} }) };
}

const of = (...authorities: string[]) => routes.filter(({ who }) => authorities.includes(who));

/** Fastify answers HEAD by the route of GET, and shows a route for it; Express does not show it. */
const withoutHeads = (mounted: string[]) =>
  mounted.filter(
    (name) => !name.startsWith('HEAD ') || !mounted.includes(name.replace('HEAD', 'GET')),
  );

tell(
  'The routes',
  everyPlatform,
  (stage) => {
    it('AC-06: are the documented ones and no others', () => {
      const documented = routes.map((route) => nameOf(route));
      expect(withoutHeads(mountedRoutes(stage.host.app))).toEqual(documented.toSorted());
    });

    it.each([
      { method: 'POST', path: '/users/refresh' },
      { method: 'POST', path: '/users/refresh/jwt' },
      { method: 'POST', path: '/users' },
      { method: 'PUT', path: '/users/me' },
      { method: 'POST', path: '/users/me' },
      { method: 'GET', path: '/users/register/x' },
    ])('$method $path is not there, whoever asks', async ({ method, path }) => {
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      for (const headers of [{}, admin.credential]) {
        const answer = await stage.host.send({ method, path, headers, body: {} });
        expect(answer.status).toBe(404);
      }
    });

    describe.each(backends)('with %s', (backend) => {
      it.each(of('user', 'superuser').map((route) => [nameOf(route), route] as const))(
        'AC-05: %s is closed to the anonymous and to the inactive',
        async (_name, route) => {
          const gone = await newcomer(stage.host, backend, { isSuperuser: true });
          await stage.host.users.update({ id: gone.id }, { isActive: false });
          expectUnauthorized(await stage.host.send(harmless(route)));
          expectUnauthorized(await gone.send(harmless(route)));
        },
      );

      it.each(of('superuser').map((route) => [nameOf(route), route] as const))(
        'AC-05: %s is closed to ordinary users, and open to superusers',
        async (_name, route) => {
          const anna = await newcomer(stage.host, backend, { isVerified: true });
          expectError(await anna.send(harmless(route)), 403, 'FORBIDDEN');

          const admin = await newcomer(stage.host, backend, { isSuperuser: true });
          expect([200, 404]).toContain((await admin.send(harmless(route))).status);
          await stage.host.users.update({ id: admin.id }, { isSuperuser: false });
          expectError(await admin.send(harmless(route)), 403, 'FORBIDDEN');
        },
      );

      it.each(of('user', 'credential').map((route) => [nameOf(route), route] as const))(
        'AC-05: %s is open to every active user',
        async (_name, route) => {
          const anna = await newcomer(stage.host, backend);
          const { status, body } = await anna.send(harmless(route, backend));
          // Who it is was judged before the password.
          if (status === 400) expect(body.code).toBe('UPDATE_USER_BAD_CURRENT_PASSWORD');
          else if (status === 404) expect(body.code).toBe('SESSION_NOT_FOUND');
          else expect([200, 202, 204]).toContain(status);
        },
      );

      it('AC-05: HEAD asks the same authority as GET', async () => {
        const anna = await newcomer(stage.host, backend);
        for (const route of of('user', 'superuser').filter(({ method }) => method === 'GET')) {
          const message = { ...harmless(route), method: 'HEAD' };
          const answer = await stage.host.send(message);
          expect([answer.status, answer.text], nameOf(route)).toEqual([401, '']);
          expect((await anna.send(message)).status).toBe(route.who === 'user' ? 200 : 403);
        }
      });
    });

    it.each(of('anyone').map((route) => [nameOf(route), route] as const))(
      'AC-05: %s is open to everybody, with a bad credential too',
      async (_name, route) => {
        for (const headers of [{}, { authorization: 'Bearer nonsense' }]) {
          const answer = await stage.host.send({ ...harmless(route), headers });
          expectError(answer, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
        }
      },
    );

    it('AC-05: no header or field turns a method into another one', async () => {
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const anna = await newcomer(stage.host);
      const path = `/users/${anna.id}`;
      for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
        for (const method of ['GET', 'POST']) {
          await admin.send({ method, path, headers: { [name]: 'DELETE' } });
          await admin.send({ method, path: `${path}?_method=DELETE`, body: { _method: 'DELETE' } });
          await admin.send({
            method,
            path: `/users/me?_method=DELETE`,
            headers: { [name]: 'DELETE' },
          });
        }
      }
      expect((await anna.me()).status).toBe(200);
      expect((await admin.me()).status).toBe(200);
    });
  },
  { configure: noteRoutes, extras: allRoutes },
);

tell(
  'The routes of a module that switches none on',
  everyPlatform,
  (stage) => {
    it('AC-06: are the documented ones and no others', () => {
      const documented = usualRoutes.map((route) => nameOf(route));
      expect(withoutHeads(mountedRoutes(stage.host.app))).toEqual(documented.toSorted());
    });

    it('DELETE /users/me is not there: "me" is nobody’s id', async () => {
      const path = '/users/me';
      const anna = await newcomer(stage.host);
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      expectUnauthorized(await stage.host.send({ method: 'DELETE', path }));
      expectError(await anna.send({ method: 'DELETE', path }), 403, 'FORBIDDEN');
      expectError(await admin.send({ method: 'DELETE', path }), 404, 'USER_NOT_FOUND');
      expect((await anna.me()).status).toBe(200);
      expect((await admin.me()).status).toBe(200);
    });
  },
  { configure: noteRoutes },
);

/** What stands in a table that nobody compares is no table: a controller more must be noticed. */
describe('A route that nobody wrote down', () => {
  it.each(everyPlatform)('AC-06: is seen ($platform · $flavour)', async (setup) => {
    @Controller('users')
    class ForgottenController {
      @Get('backdoor')
      open(): string {
        return 'come in';
      }
    }
    const host = await Host.start(setup, {
      configure: noteRoutes,
      controllers: [ForgottenController],
    });
    try {
      expect(mountedRoutes(host.app)).toContain('GET /users/backdoor');
    } finally {
      await host.close();
    }
  });
});
