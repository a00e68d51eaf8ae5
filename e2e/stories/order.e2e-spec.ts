import { describe, expect, it } from 'vitest';
import { expectError, expectInvalid, expectUnauthorized } from '../harness/errors.js';
import { backends, newcomer } from '../harness/persona.js';
import { nameOf, pathOf, type Route, routes, UNKNOWN_ID, allRoutes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_HEADERS = { 'content-type': JSON_TYPE };

const guarded = routes.filter(({ who }) => who === 'user' || who === 'superuser');
const named = (some: readonly Route[]) => some.map((route) => [nameOf(route), route] as const);

/** Bodies that no route could make anything of. */
const BAD_BODIES = [
  { body: '{"email":5,"password":[],"isActive":"x","firstName":{}}', headers: JSON_HEADERS },
  { body: '[]', headers: JSON_HEADERS },
  { body: 'email=x', headers: { 'content-type': 'text/plain' } },
];

const NO_BODY = { body: undefined, headers: {} };

tell(
  'The order of judgement',
  everyPlatform,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it.each(named(guarded))('%s: who asks comes before what is asked', async (_name, route) => {
        const anna = await newcomer(stage.host, backend);
        const { method } = route;
        for (const bad of route.fields ? BAD_BODIES : [NO_BODY]) {
          for (const id of [UNKNOWN_ID, 'abc', anna.id]) {
            const message = { method, path: pathOf(route, { id }), ...bad };
            const answer = await stage.host.send(message);
            // Fastify refuses a type that it has no parser for before any guard is asked.
            if (answer.status === 415) expect(answer.body).not.toHaveProperty('code');
            else expectUnauthorized(answer);
            if (route.who !== 'superuser' || answer.status === 415) continue;
            const headers = { ...anna.credential, ...bad.headers };
            expectError(await stage.host.send({ ...message, headers }), 403, 'FORBIDDEN');
          }
        }
      });

      it('EN-09: who may not look learns nothing of ids: the same answer for all', async () => {
        const [anna, otto] = [await newcomer(stage.host, backend), await newcomer(stage.host)];
        for (const method of ['GET', 'PATCH', 'DELETE']) {
          const body = method === 'PATCH' ? { firstName: 'Eve' } : undefined;
          const ids = [UNKNOWN_ID, otto.id, anna.id, 'abc', '1'];
          for (const who of [anna.credential, {}]) {
            const answers = [];
            for (const id of ids) {
              const path = `/users/${id}`;
              answers.push(await stage.host.send({ method, path, body, headers: who }));
            }
            for (const { status, text, headers } of answers) {
              const [first] = answers;
              expect([status, text]).toEqual([first?.status, first?.text]);
              const { date: _, ...rest } = headers;
              expect(rest).toEqual({ ...first?.headers, date: undefined });
            }
          }
        }
        expect((await otto.me()).body).toMatchObject({ firstName: null });
      });

      it('the body comes before the look-up: 422 for an unknown id, then 404', async () => {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        for (const id of [UNKNOWN_ID, 'abc']) {
          const path = `/users/${id}`;
          const bad = await admin.send({ method: 'PATCH', path, body: { isActive: 'x' } });
          expectError(bad, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
          const good = await admin.send({ method: 'PATCH', path, body: { isActive: true } });
          expectError(good, 404, 'USER_NOT_FOUND');
        }
      });

      it('the model comes before the current password, and that before the new one', async () => {
        const anna = await newcomer(stage.host, backend);
        const change = (body: unknown) => anna.send({ method: 'PATCH', path: '/users/me', body });
        const invalid = await change({ password: 'short', email: 'x', currentPassword: 'x' });
        expectError(invalid, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
        const wrong = await change({ password: 'short', currentPassword: 'wrong' });
        expectError(wrong, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
        const short = await change({ password: 'short', currentPassword: anna.password });
        expect(short.body).toMatchObject({ code: 'UPDATE_USER_INVALID_PASSWORD' });
      });
    });

    it('a login is judged by its backend, its origin and its media type before its body', async () => {
      const send = (backend: string, type: string, site: string) =>
        stage.host.send({
          method: 'POST',
          path: `/users/login/${backend}`,
          headers: { 'content-type': type, ...(site && { 'sec-fetch-site': site }) },
          body: type === FORM_TYPE ? 'x=1' : '{}',
        });
      expectError(await send('other', JSON_TYPE, 'cross-site'), 404, 'BACKEND_NOT_FOUND');
      expectError(await send('cookie', FORM_TYPE, 'cross-site'), 403, 'CSRF_REJECTED');
      expectError(await send('cookie', JSON_TYPE, 'cross-site'), 403, 'CSRF_REJECTED');
      expectError(await send('cookie', FORM_TYPE, 'same-origin'), 415, 'UNSUPPORTED_MEDIA_TYPE');
      expectInvalid(await send('cookie', JSON_TYPE, 'same-origin'), 'password', 'username');
      expectInvalid(await send('jwt', FORM_TYPE, 'cross-site'), 'password', 'username');
    });

    it.each(named(routes.filter(({ fields }) => fields)))(
      '%s: malformed JSON is the platform’s 400, whoever sends it',
      async (_name, route) => {
        const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
        const path = pathOf(route);
        for (const body of ['{', '{"email":}', "{'email':'x'}", '{"email":"x"', 'undefined']) {
          for (const who of [{}, admin.credential]) {
            const headers = { ...JSON_HEADERS, ...who };
            const answer = await stage.host.send({ method: route.method, path, body, headers });
            expect(answer.status).toBe(400);
            expect(answer.body).toMatchObject({ statusCode: 400 });
            expect(answer.body).not.toHaveProperty('code');
          }
        }
      },
    );
  },
  { extras: allRoutes },
);
