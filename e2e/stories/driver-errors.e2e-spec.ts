import { inspect } from 'node:util';
import { ServiceUnavailableError, UserAdapter, UserAlreadyExistsError } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** What the database is made to refuse, by statements that are undone after. */
const faults = [
  [
    'a column that is gone',
    'ALTER TABLE users RENAME COLUMN balance TO renamed',
    'ALTER TABLE users RENAME COLUMN renamed TO balance',
  ],
  [
    'a table that is gone',
    'ALTER TABLE users RENAME TO elsewhere',
    'ALTER TABLE elsewhere RENAME TO users',
  ],
] as const;

tell(
  'A database that fails',
  everySetup.filter(({ flavour }) => flavour === 'hostile'),
  (stage) => {
    describe.each(faults)('%s', (_what, spoil, repair) => {
      it('LO-02, IN-10, D11: is a 503 everywhere, and shows no value to anybody', async () => {
        const { host } = stage;
        const jwt = await newcomer(host, 'jwt', { isSuperuser: true });
        const cookie = await newcomer(host, 'cookie');
        await host.users.forgotPassword(cookie.email);
        const [token = ''] = await host.events.resetTokens(cookie.email);
        const row = (await host.row({ id: cookie.id })) as User;
        const logged = host.log.length;
        await host.dataSource.query(spoil);
        const answers: [string, Answer][] = [];
        const events = await host.events.during(async () => {
          for (const [route, message] of requests({ host, jwt, cookie, token })) {
            answers.push([route, await message()]);
          }
        });
        const direct = await host.users.get(cookie.id).catch((error: unknown) => error);
        await host.dataSource.query(repair);

        for (const [route, { status, body, headers, cookies }] of answers) {
          expect([route, status, body.code]).toEqual([route, 503, 'SERVICE_UNAVAILABLE']);
          expect(Object.keys(body).toSorted()).toEqual(['code', 'error', 'message', 'statusCode']);
          expect(headers['retry-after']).toMatch(/^\d+$/);
          expect(headers['www-authenticate']).toBeUndefined();
          expect(cookies).toEqual([]);
        }
        expect(events).toEqual([]);
        expect(direct).toBeInstanceOf(ServiceUnavailableError);
        const lines = host.log
          .slice(logged)
          .filter((line) => !/^(SELECT|INSERT|UPDATE|ALTER|DELETE)/.test(line));
        expect(lines.join()).toContain('SERVICE_UNAVAILABLE');
        for (const value of [row.hashedPassword, row.securityStamp, row.canonicalEmail, token]) {
          expect(inspect(direct, { depth: 10, showHidden: true })).not.toContain(value);
          expect(lines.join()).not.toContain(value);
        }

        expect((await cookie.me()).status).toBe(200);
      });
    });

    it('LO-02: a unique violation is told by its class alone', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const row = (await host.row({ id: anna.id })) as User;
      const { id: _, ...columns } = row;
      const adapter = host.app.get(UserAdapter, { strict: false });
      const error: unknown = await adapter
        .create(columns as never)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UserAlreadyExistsError);
      const shown = inspect(error, { depth: 10, showHidden: true });
      for (const value of [
        row.hashedPassword,
        row.securityStamp,
        row.email,
        'INSERT',
        'driverError',
      ]) {
        expect(shown).not.toContain(value);
      }
    });
  },
);

/** A request to each route that needs the database. */
function requests(cast: { host: Host; jwt: Persona; cookie: Persona; token: string }) {
  const { host, jwt, cookie, token } = cast;
  const [email, password] = [newEmail(), newPassword()];
  const post = (path: string, body: object) => () => host.send({ method: 'POST', path, body });
  const patch = (who: Persona, path: string, body: object) => () =>
    who.send({ method: 'PATCH', path, body });
  return [
    ['register', post('/users/register', { email, password })],
    ['login', post('/users/login/jwt', { username: jwt.email, password: jwt.password })],
    ['cookie login', post('/users/login/cookie', { username: cookie.email, password })],
    ['logout', () => cookie.send({ method: 'POST', path: '/users/logout/cookie' })],
    ['forgot', post('/users/forgot-password', { email: cookie.email })],
    ['reset', post('/users/reset-password', { token, password })],
    ['me', () => cookie.me()],
    ['me by jwt', () => jwt.me()],
    ['PATCH me', patch(cookie, '/users/me', { firstName: 'Anna' })],
    ['list', () => jwt.send({ path: '/users' })],
    ['get', () => jwt.send({ path: `/users/${cookie.id}` })],
    ['PATCH', patch(jwt, `/users/${cookie.id}`, { email })],
    ['DELETE', () => jwt.send({ method: 'DELETE', path: `/users/${cookie.id}` })],
  ] as const;
}
