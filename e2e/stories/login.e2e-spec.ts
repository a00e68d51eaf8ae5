import { UserLoggedInEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { parseSetCookie } from '../harness/cookies.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, credentialOf, newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';

const FORM = 'application/x-www-form-urlencoded';
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

tell('Login', everySetup, (stage) => {
  const logIn = (backend: string, body: unknown, type = 'application/json') =>
    stage.host.send({
      method: 'POST',
      path: `/users/login/${backend}`,
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('by bearer: the token in the body, as OAuth 2 words it, and nowhere else', async () => {
    const anna = await newcomer(stage.host);
    const answer = await anna.login();
    expect(answer.status).toBe(200);
    expect(answer.body).toStrictEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 3600,
    });
    expect(answer.cookies).toEqual([]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(answer.headers)).not.toContain(answer.body.access_token);
  });

  it('by cookie: one Set-Cookie with safe attributes, and no body', async () => {
    const anna = await newcomer(stage.host, 'cookie');
    const answer = await anna.login();
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.cookies).toHaveLength(1);
    expect(parseSetCookie(answer.cookies[0] ?? '')).toEqual({
      name: '__Host-users-cookie',
      value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      attributes: {
        path: '/',
        httponly: true,
        secure: true,
        samesite: 'Lax',
        'max-age': '3600',
      },
    });
  });

  describe.each(backends)('at %s', (backend) => {
    it.each([
      {
        title: 'username',
        body: ({ email, password }: Persona) => ({ username: email, password }),
      },
      { title: 'email', body: ({ email, password }: Persona) => ({ email, password }) },
      {
        title: 'username goes before email',
        body: ({ email, password }: Persona) => ({ username: email, email: 'x@y.org', password }),
      },
      {
        title: 'another spelling of the address',
        body: ({ email, password }: Persona) => ({ username: email.toUpperCase(), password }),
      },
      {
        title: 'the other fields of the grant',
        body: ({ email, password }: Persona) => ({
          ...{ username: email, password, grant_type: 'password' },
          ...{ scope: 'a b', client_id: 'x', client_secret: 'y' },
        }),
      },
    ])('JSON with $title is understood', async ({ body }) => {
      const anna = await newcomer(stage.host, backend);
      const answer = await logIn(backend, body(anna));
      expect(answer.status).toBe(backend === 'jwt' ? 200 : 204);
      anna.adopt(answer);
      expect((await anna.me()).body).toMatchObject({ id: anna.id, email: anna.email });
    });

    it('unknown, wrong and inactive are told apart by nothing', async () => {
      const anna = await newcomer(stage.host, backend);
      const gone = await newcomer(stage.host, backend, { isActive: false });
      const noPassword = newEmail();
      await stage.host.users.create({ email: noPassword });
      const answers = [
        await logIn(backend, { username: newEmail(), password: anna.password }),
        await logIn(backend, { username: anna.email, password: newPassword() }),
        await logIn(backend, { username: anna.email, password: '' }),
        await logIn(backend, { username: gone.email, password: gone.password }),
        await logIn(backend, { username: noPassword, password: newPassword() }),
        await logIn(backend, { username: 'no address', password: newPassword() }),
      ];
      for (const answer of answers) {
        expectError(answer, 400, 'LOGIN_BAD_CREDENTIALS');
        expect(answer.text).toBe(answers[0]?.text);
        expect(answer.cookies).toEqual([]);
        expect(Object.keys(answer.headers)).toEqual(Object.keys(answers[0]?.headers ?? {}));
      }
    });

    it.each([
      { body: {}, fields: ['password', 'username'] },
      { body: { username: 'anna' }, fields: ['password'] },
      { body: { password: 'x' }, fields: ['username'] },
      { body: { username: null, password: null }, fields: ['password', 'username'] },
      { body: { email: null, password: 'x' }, fields: ['email'] },
      { body: { username: 'a', password: 'x', grant_type: 'code' }, fields: ['grant_type'] },
      { body: { username: 'a', password: 'x', grant_type: '' }, fields: ['grant_type'] },
    ])('a body that the model refuses is 422: $body', async ({ body, fields }) => {
      expectInvalid(await logIn(backend, body), ...fields);
    });

    it('tells the listeners who logged in where, and writes nothing to the row', async () => {
      const anna = await newcomer(stage.host, backend);
      const before = await stage.host.row({ id: anna.id });
      const told = (await stage.host.events.of(UserLoggedInEvent)).length;
      await anna.login(newPassword());
      await anna.login();
      const events = (await stage.host.events.of(UserLoggedInEvent)).slice(told);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ backend, user: { id: anna.id, email: anna.email } });
      expect(events[0]?.request?.url).toBe(`/users/login/${backend}`);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });
  });

  it('as a form at bearer backends alone', async () => {
    const anna = await newcomer(stage.host);
    const { email: username, password } = anna;
    const grant = { username, password, grant_type: 'password', scope: '', client_id: 'x' };
    for (const fields of [{ username, password }, grant]) {
      const answer = await logIn('jwt', form(fields), FORM);
      expect(answer.status).toBe(200);
      expect(credentialOf(answer)).toBeDefined();
      const refused = await logIn('cookie', form(fields), FORM);
      expectError(refused, 415, 'UNSUPPORTED_MEDIA_TYPE');
      expect(refused.cookies).toEqual([]);
    }
    const code = form({ ...grant, grant_type: 'authorization_code' });
    expectInvalid(await logIn('jwt', code, FORM), 'grant_type');
  });

  it('IN-04: bracket keys and repeated keys of a form are no texts', async () => {
    const { email, password } = await newcomer(stage.host);
    const name = encodeURIComponent(email);
    for (const [body, field] of [
      [`username[$ne]=${name}&password=${password}`, 'username'],
      [`username[]=${name}&password=${password}`, 'username'],
      [`username=${name}&username=${name}&password=${password}`, 'username'],
      [`username=${name}&password[$ne]=x`, 'password'],
      [`username=${name}&password=${password}&password=x`, 'password'],
    ] as const) {
      expectInvalid(await logIn('jwt', body, FORM), field);
    }
  });

  it('at a backend that does not exist is 404', async () => {
    const { email: username, password } = await newcomer(stage.host);
    for (const name of ['other', 'JWT', '__proto__', 'constructor', 'toString']) {
      expectError(await logIn(name, { username, password }), 404, 'BACKEND_NOT_FOUND');
    }
  });
});

tell('Login by odd requests', everyPlatform, (stage) => {
  it.each(backends)('LG-14: only POST logs in at %s', async (backend) => {
    const anna = await newcomer(stage.host, backend);
    const [told, hashed] = [
      (await stage.host.events.of(UserLoggedInEvent)).length,
      stage.host.hasher.calls,
    ];
    const body = { username: anna.email, password: anna.password };
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const answer = await stage.host.send({ method, path: `/users/login/${backend}`, body });
      // Express answers OPTIONS by itself, with the list of methods.
      const expected = method === 'OPTIONS' ? [200, 404, 405] : [404, 405];
      expect(expected, method).toContain(answer.status);
      expect(credentialOf(answer)).toBeUndefined();
    }
    expect(await stage.host.events.of(UserLoggedInEvent)).toHaveLength(told);
    expect(stage.host.hasher.calls).toBe(hashed);
  });

  it.each(backends)('LG-15: credentials in the query do not count at %s', async (backend) => {
    const { email, password } = await newcomer(stage.host, backend);
    const hashed = stage.host.hasher.calls;
    const query = form({ username: email, email, password, grant_type: 'password' });
    for (const body of [{}, { username: email }, { password }]) {
      const answer = await stage.host.send({
        method: 'POST',
        path: `/users/login/${backend}?${query}`,
        body,
      });
      expectError(answer, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
      expect(credentialOf(answer)).toBeUndefined();
    }
    expect(stage.host.hasher.calls).toBe(hashed);
  });

  it('LG-15: a credential in the query does not count anywhere', async () => {
    const anna = await newcomer(stage.host);
    const token = anna.credential['authorization']?.split(' ')[1] ?? '';
    for (const key of ['access_token', 'token', 'auth_token', 'jwt', '__Host-users-cookie']) {
      const answer = await stage.host.send({ path: `/users/me?${form({ [key]: token })}` });
      expect(answer.status, key).toBe(401);
    }
  });
});
