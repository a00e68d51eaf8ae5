import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { nameOf, pathOf, type Route, routes, allRoutes } from '../harness/routes.js';
import { snapshot } from '../harness/snapshot.js';
import { everyPlatform, tell } from '../harness/tell.js';

const withBody = routes
  .filter(({ fields }) => fields)
  .map((route) => [nameOf(route), route] as const);

const FORM = 'application/x-www-form-urlencoded';

/** What a text is not, and what a flag is not. */
const NO_TEXTS: readonly unknown[] = [
  ...[0, 1, -1, 1e308, true, false, null, [], ['a@b.co'], {}, { 0: 'a' }, [[]]],
  ...[{ $ne: null }, { like: '%' }, { length: 9 }, { toString: 'x' }, { value: 'a@b.co' }],
  { '@instanceof': 'FindOperator', _type: 'like', _value: '%' },
];
const NO_FLAGS = [...NO_TEXTS.filter((value) => typeof value !== 'boolean'), 'true', 'false', ''];

tell(
  'Bodies',
  everyPlatform,
  (stage) => {
    let admin: Persona;
    beforeAll(async () => {
      admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    });

    /** Sends a body as it is written, by a superuser who changes somebody who is not there. */
    const write = (route: Route, body?: string | Buffer, headers = {}): Promise<Answer> =>
      admin.send({
        method: route.method,
        path: pathOf(route),
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });

    describe.each(withBody)('%s', (_name, route) => {
      it('AC-03: takes an object, and nothing else', async () => {
        const before = await snapshot(stage.host);
        for (const body of ['[]', '[{}]', '[1]', '"abc"', '5', 'true', 'false', '""']) {
          const { status, body: error } = await write(route, body);
          // Express has refused some of these by itself.
          if (status === 400) expect(error, body).not.toHaveProperty('code');
          else expect([body, status]).toEqual([body, 422]);
        }
        // Nothing, or null where the platform lets it through, is an empty object.
        const needsNothing = route.method === 'PATCH' || route.who === 'refresh token';
        for (const body of ['', ' ', 'null', undefined]) {
          const { status } = await write(route, body);
          expect(needsNothing ? [200, 400, 404] : [400, 422]).toContain(status);
        }
        const untyped = await admin.send({ method: route.method, path: pathOf(route) });
        expect(route.who === 'refresh token' ? [404] : [400, 415]).toContain(untyped.status);
        expect(await snapshot(stage.host)).toEqual(before);
      });

      it('AC-03: an empty object is a body', async () => {
        const { status } = await write(route, '{}');
        const statuses: Record<string, number> = {
          'PATCH /users/me': 200,
          'DELETE /users/me': 400,
          'PATCH /users/:id': 404,
          'POST /users/refresh/:backend': 404,
        };
        expect(status).toBe(statuses[nameOf(route)] ?? 422);
      });

      it.each(route.fields ?? [])('IN-01 IN-02: %s of another type is refused', async (field) => {
        const before = await snapshot(stage.host);
        for (const value of field.startsWith('is') ? NO_FLAGS : NO_TEXTS) {
          const answer = await write(route, JSON.stringify({ [field]: value }));
          expectError(answer, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
          const fields = answer.body.errors.map((error: { field: string }) => error.field);
          expect(fields, JSON.stringify(value)).toContain(field);
        }
        expect(await snapshot(stage.host)).toEqual(before);
      });

      it('IN-04: a form is refused, however the application reads forms', async () => {
        if (route.path.startsWith('/users/login')) return expectFormsOfBearerAlone(route);
        for (const body of ['email=a@b.co', 'email[$ne]=', 'email[]=a@b.co', '']) {
          for (const type of [FORM, 'text/plain', 'text/json']) {
            const answer = await write(route, body, { 'content-type': type });
            // OAuth 2 words a refresh as a form; there is no such backend, whatever it says.
            const isRead = type === FORM && route.who === 'refresh token';
            expect(answer.status, type).toBe(isRead ? 404 : 415);
          }
        }
      });
    });

    /** Bearer logins read forms (their story is told with the logins), cookie logins do not. */
    async function expectFormsOfBearerAlone(route: Route): Promise<void> {
      const path = pathOf(route, { backend: 'cookie' });
      const headers = { 'content-type': FORM };
      const body = 'username[$ne]=&password[$ne]=';
      // The media type is judged before what is in the body.
      const message = { method: 'POST', headers, body };
      expectError(await stage.host.send({ ...message, path }), 415, 'UNSUPPORTED_MEDIA_TYPE');
      const atBearer = await stage.host.send({ ...message, path: pathOf(route) });
      expectInvalid(atBearer, 'password', 'username');
    }

    it('IN-05: of keys that are there twice the last one counts, and never both', async () => {
      const [first, last] = [newEmail(), newEmail()];
      const body = `{"email":"${first}","email":"${last}","password":"${newPassword()}","password":5}`;
      const register = {
        method: 'POST',
        path: '/users/register',
        fields: [],
        who: 'anyone',
      } as const;
      expectInvalid(await write(register, body), 'password');
      const good = await write(register, body.replace(',"password":5', ''));
      expect(good.body).toMatchObject({ email: last });
      expect(await stage.host.row({ canonicalEmail: first })).toBeNull();
    });

    it('IN-05: fields in the query do not count, once or twice', async () => {
      const path = `/users/reset-password?token=a&token=b&password=x&password=y`;
      const answer = await stage.host.send({ method: 'POST', path, body: {} });
      expectInvalid(answer, 'password', 'token');
    });

    it('IN-01: nothing is converted: what is stored is what was sent', async () => {
      const anna = await newcomer(stage.host);
      for (const firstName of ['5', 'true', 'null', '[]', ' Anna ', '  ', '1e3', '\t', 'İ']) {
        const { body } = await anna.send({
          method: 'PATCH',
          path: '/users/me',
          body: { firstName },
        });
        expect(body.firstName).toBe(firstName);
      }
    });

    describe.each([
      ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'then', 'valueOf'],
      ...['isPrototypeOf', '__defineGetter__', '__defineSetter__', '__lookupGetter__', 'toJSON'],
    ])('RG-10: the key %s', (key) => {
      const rights = '{"isSuperuser":true,"isVerified":true,"isActive":false,"role":"admin"}';
      const values = [
        ...[rights, 'null', '5', '"x"', 'true', '[]', `{"prototype":${rights}}`],
        ...[`{"${key}":${rights}}`, `{"a":[{"${key}":${rights}}]}`],
      ];

      it('has no effect and does no harm, alone and nested', async () => {
        for (const value of values) {
          const email = newEmail();
          const start = `{"email":"${email}","password":"${newPassword()}"`;
          for (const [body, fields] of [
            [`${start},"${key}":${value}}`, []],
            [`${start},"firstName":{"${key}":${value}}}`, ['firstName']],
            [`{"${key}":${value}}`, ['email', 'password']],
          ] as const) {
            const register = { method: 'POST', path: '/users/register', who: 'anyone' } as const;
            const answer = await write(register, body);
            // 400: Fastify refuses some of these keys by itself.
            if (answer.status === 422) expectInvalid(answer, ...fields);
            else expect([201, 400], body).toContain(answer.status);
            if (answer.status === 201) expect(fields).toEqual([]);
          }
          const row = await stage.host.row({ canonicalEmail: email });
          if (row)
            expect(row).toMatchObject({ isSuperuser: false, isVerified: false, isActive: true });
          if (row) expect(row.role).toBe('member');
        }
      });

      it('changes no account and no prototype', async () => {
        const anna = await newcomer(stage.host);
        const before = await stage.host.row({ id: anna.id });
        for (const value of values) {
          const headers = { 'content-type': 'application/json' };
          const message = { method: 'PATCH', headers, body: `{"${key}":${value}}` };
          const mine = await anna.send({ ...message, path: '/users/me' });
          const theirs = await admin.send({ ...message, path: `/users/${anna.id}` });
          for (const { status } of [mine, theirs]) expect([200, 400]).toContain(status);
        }
        expect(await stage.host.row({ id: anna.id })).toEqual(before);
        for (const polluted of [{}, [], () => {}, new Error('x')] as Record<string, unknown>[]) {
          for (const field of ['isSuperuser', 'isVerified', 'isActive', 'role']) {
            expect(polluted[field]).toBeUndefined();
          }
        }
        expect((await anna.me()).body).toMatchObject({ id: anna.id, isSuperuser: false });
      });
    });
  },
  { extras: allRoutes },
);
