import { UserForgotPasswordEvent } from '@nestjs-users/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { snapshot } from '../harness/snapshot.js';
import { everyDatabase, tell } from '../harness/tell.js';

/** What would end a statement, widen it, or be a pattern. */
const METACHARACTERS = [
  ...["'", '"', '`', '\\', '\\\\', "\\'", "''", ';', '--', '-- ', '#', '/*', '*/', '%', '_', '?'],
  ...['$1', ':id', '@x', '%s', '%00', '{}', '${x}', '${1+1}', '{{1+1}}', '\b', '\x1a', '\u2019'],
  ...["' OR '1'='1", "' OR 1=1 -- ", "'; DROP TABLE users; --", "' union select * from users --"],
  ...["1' AND SLEEP(3) -- ", "'||pg_sleep(3)||'", "') OR ('a'='a", "\\' OR 1=1 -- ", "x' AND 1=0"],
];

tell('Text that would be SQL', everyDatabase, (stage, { database }) => {
  let admin: Persona;
  beforeAll(async () => {
    admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
  });
  const post = (path: string, body: unknown) => stage.host.send({ method: 'POST', path, body });

  it('IN-07: is stored and shown as it was written', async () => {
    const anna = await newcomer(stage.host);
    for (const text of METACHARACTERS) {
      const firstName = `a${text}b`;
      const answer = await anna.send({ method: 'PATCH', path: '/users/me', body: { firstName } });
      expect(answer.body).toMatchObject({ id: anna.id, firstName });
      expect(await stage.host.row({ id: anna.id })).toMatchObject({ firstName });
    }
  });

  it.each(METACHARACTERS)('IN-07: is a password like any other: %j', async (text) => {
    const [email, password] = [newEmail(), `${newPassword()}${text}`];
    expect((await post('/users/register', { email, password })).status).toBe(201);
    const login = (attempt: string) =>
      post('/users/login/jwt', { username: email, password: attempt });
    expect((await login(password)).status).toBe(200);
    for (const attempt of [text, '', `${newPassword()}${text}`, password.replace(text, '')]) {
      expectError(await login(attempt), 400, 'LOGIN_BAD_CREDENTIALS');
    }
  });

  it.each(["o'hara", '%', '_', '%25', "a'or'1'='1", 'a--b', 'x`y', '$1', '{x}', '?', 'a#b', "''"])(
    'IN-07: in an address is a letter like any other, and no pattern: %j',
    async (name) => {
      const [email, password] = [`${name}@example.org`, newPassword()];
      const lookAlike = `${name.replace(/[%_'?]/g, 'z')}-@example.org`;
      await post('/users/register', { email: lookAlike, password: newPassword() });
      const { status, body } = await post('/users/register', { email, password });
      expect(status).toBe(201);
      expect((await post('/users/login/jwt', { username: email, password })).status).toBe(200);
      const other = await post('/users/login/jwt', { username: lookAlike, password });
      expectError(other, 400, 'LOGIN_BAD_CREDENTIALS');
      const query = new URLSearchParams({ email }).toString();
      const { items } = (await admin.send({ path: `/users?${query}` })).body;
      expect(items).toEqual([body]);
    },
  );

  it('IN-07: finds nobody as an address, an id, a cursor or a token', async () => {
    const before = await snapshot(stage.host);
    const told = (await stage.host.events.of(UserForgotPasswordEvent)).length;
    for (const text of METACHARACTERS) {
      const address = `${text}@example.net`;
      for (const username of [text, address, `${admin.email}${text}`, `${text}${admin.email}`]) {
        const login = await post('/users/login/jwt', { username, password: admin.password });
        expectError(login, 400, 'LOGIN_BAD_CREDENTIALS');
        const forgotten = await post('/users/forgot-password', { email: username });
        expect([202, 422]).toContain(forgotten.status);
      }
      const token = await post('/users/reset-password', { token: text, password: newPassword() });
      expectError(token, 400, 'RESET_PASSWORD_BAD_TOKEN');
      for (const id of [text, `${admin.id}${text}`]) {
        const path = `/users/${encodeURIComponent(id)}`;
        expect((await admin.send({ path })).status).toBe(404);
        expect((await admin.send({ method: 'DELETE', path })).status).toBe(404);
      }
      const cursor = Buffer.from(`${admin.id}${text}`).toString('base64url');
      expectInvalid(await admin.send({ path: `/users?cursor=${cursor}` }), 'cursor');
      expectInvalid(
        await admin.send({ path: `/users?limit=${encodeURIComponent(`1${text}`)}` }),
        'limit',
      );
    }
    expect(await stage.host.events.of(UserForgotPasswordEvent)).toHaveLength(told);
    expect(await snapshot(stage.host)).toEqual(before);
  });

  describe.each(['register', 'forgot-password', 'reset-password', 'login/jwt'])('%s', (route) => {
    it.each([0, 1, true, false, [0], { like: '%' }])(
      `IN-03: %j is no address and no token (${database})`,
      async (value) => {
        const before = await snapshot(stage.host);
        const told = (await stage.host.events.of(UserForgotPasswordEvent)).length;
        const wrong = { email: value, username: value, token: value };
        const answer = await post(`/users/${route}`, { ...wrong, password: newPassword() });
        expectError(answer, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
        expect(await stage.host.events.of(UserForgotPasswordEvent)).toHaveLength(told);
        expect(await snapshot(stage.host)).toEqual(before);
      },
    );
  });

  it.each(['0', '00', '0.0', '1', 'true', 'false', '-0', '0e1', ' ', 'NULL'])(
    'IN-03: text that a database could take for a number finds nobody: %j',
    async (text) => {
      const login = await post('/users/login/jwt', { username: text, password: admin.password });
      expectError(login, 400, 'LOGIN_BAD_CREDENTIALS');
      const reset = await post('/users/reset-password', { token: text, password: newPassword() });
      expectError(reset, 400, 'RESET_PASSWORD_BAD_TOKEN');
      const path = `/users/${encodeURIComponent(text)}`;
      expect((await admin.send({ path })).status).toBe(404);
      const headers = { authorization: `Bearer ${text}` };
      expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
    },
  );
});
