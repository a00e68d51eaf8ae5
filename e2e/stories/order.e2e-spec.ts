import { describe, expect, it } from 'vitest';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { backends, newcomer } from '../harness/persona.js';
import { nameOf, type Route, routes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

const UNKNOWN = '11111111-1111-4111-8111-111111111111';
const JSON_TYPE = { 'content-type': 'application/json' };

const guarded = routes.filter(({ who }) => who === 'user' || who === 'superuser');
const named = (some: readonly Route[]) => some.map((route) => [nameOf(route), route] as const);
const at = ({ path }: Route, id = UNKNOWN) => path.replace(':id', id);

/** Bodies that no route could make anything of. */
const BAD_BODIES = [
  { body: '{"email":5,"password":[],"isActive":"x","firstName":{}}', headers: JSON_TYPE },
  { body: '[]', headers: JSON_TYPE },
  { body: 'email=x', headers: { 'content-type': 'text/plain' } },
];

const NO_BODY = { body: undefined, headers: {} };

tell('The order of judgement', everyPlatform, (stage) => {
  describe.each(backends)('with %s', (backend) => {
    it.each(named(guarded))('%s: who asks comes before what is asked', async (_name, route) => {
      const anna = await newcomer(stage.host, backend);
      const { method } = route;
      for (const bad of route.fields ? BAD_BODIES : [NO_BODY]) {
        for (const id of [UNKNOWN, 'abc', anna.id]) {
          const message = { method, path: at(route, id), ...bad };
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
        const ids = [UNKNOWN, otto.id, anna.id, 'abc', '1'];
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
      for (const id of [UNKNOWN, 'abc']) {
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

  it.each(named(routes.filter(({ fields }) => fields)))(
    '%s: malformed JSON is the platform’s 400, whoever sends it',
    async (_name, route) => {
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const path = at(route).replace(':backend', 'jwt');
      for (const body of ['{', '{"email":}', "{'email':'x'}", '{"email":"x"', 'undefined']) {
        for (const who of [{}, admin.credential]) {
          const headers = { ...JSON_TYPE, ...who };
          const answer = await stage.host.send({ method: route.method, path, body, headers });
          expect(answer.status).toBe(400);
          expect(answer.body).toMatchObject({ statusCode: 400 });
          expect(answer.body).not.toHaveProperty('code');
        }
      }
    },
  );
});
