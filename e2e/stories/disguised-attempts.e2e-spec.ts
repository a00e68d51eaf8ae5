import { beforeEach, describe, expect, it } from 'vitest';
import { inTurn, newAddress, statuses, tryPassword } from '../harness/attempts.js';
import type { Answer, Message } from '../harness/client.js';
import { expectError } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

/** Other ways to write a path of the library's, for routers that mean well. */
const tricks: readonly ((path: string) => string)[] = [
  (path) => path.replace('/users/', '/users//'),
  (path) => `/${path}`,
  (path) => path.replace('/users/', '/%75sers/'),
  (path) => path.replace(/.$/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => path.toUpperCase(),
  (path) => path.replace('/users', '/Users'),
  (path) => `${path};x=1`,
  (path) => `${path}?x=1`,
  (path) => `${path}?username=x&email=y@example.org`,
  (path) => `${path}#x`,
  (path) => path.replace('/users/', '/users/./'),
  (path) => path.replace('/users/', '/users/x/../'),
  (path) => path.replace('/users/', '/users%2f'),
  (path) => `${path}.json`,
  (path) => `${path}%20`,
  (path) => `${path}%00`,
];

tell(
  'Attempts in disguise',
  bare,
  (stage) => {
    let anna: Persona;
    beforeEach(async () => {
      anna = await newcomer(stage.host);
      stage.host.hasher.reset();
    });
    const post = (path: string, body: object, from: string, more: Partial<Message> = {}) =>
      stage.host.send({ method: 'POST', path, body, from, ...more });

    describe('RL-09: another way to write the path is the same budget, or no route', () => {
      it.each([
        ['login', '/users/login/jwt', () => ({ username: anna.email, password: 'wrong' }), 400],
        [
          'register',
          '/users/register',
          () => ({ email: newEmail(), password: newPassword() }),
          201,
        ],
        ['mails', '/users/forgot-password', () => ({ email: newEmail() }), 202],
        ['tokens', '/users/reset-password', () => ({ token: 'x', password: newPassword() }), 400],
        ['verification', '/users/verify', () => ({ token: 'x.y.z' }), 400],
      ] as const)('%s', async (_title, path, body, usual) => {
        const from = newAddress();
        // Half of the attempts in a disguise that works, the others as they are: one count.
        const first = await inTurn(8, (n) => post(n % 2 ? `${path}?x=${n}` : path, body(), from));
        expect(statuses(first)).toEqual(Array(8).fill(usual));
        const disguised: Answer[] = [];
        for (const trick of tricks) disguised.push(await post(trick(path), body(), from));
        expect(disguised.filter(({ status }) => status === usual).length).toBeLessThanOrEqual(2);
        // 401: what is between the slashes is an id for another route, which superusers have.
        for (const { status } of disguised) expect([usual, 401, 404, 429]).toContain(status);
        expect(disguised.some(({ status }) => status === 429)).toBe(true);
        const { hasher } = stage.host;
        expect(hasher.verifications).toBeLessThanOrEqual(10);
        expectError(await post(path, body(), from), 429, 'TOO_MANY_ATTEMPTS');
      });

      it.each(['HEAD', 'GET', 'PUT', 'OPTIONS', 'PROPFIND'])(
        '%s guesses nothing',
        async (method) => {
          const body = { username: anna.email, password: anna.password };
          const answer = await post('/users/login/jwt', body, newAddress(), { method });
          expect(answer.status).toBe(404);
          expect(answer.cookies).toEqual([]);
          expect(stage.host.hasher.calls).toBe(0);
        },
      );
    });

    it('RL-08: no spelling of an address opens another budget for the account', async () => {
      const { host } = stage;
      await inTurn(10, (n) => tryPassword(host, anna.email, `w ${n}`, { from: newAddress() }));
      host.hasher.reset();
      const { email } = anna;
      for (const spelling of [
        email.toUpperCase(),
        email.replace('anna', 'aNNa'),
        email.replace('example.org', 'EXAMPLE.Org'),
        ` ${email}`,
        `${email} `,
        `\t${email}\r\n`,
        `\u00a0${email}\u2003`,
        `\ufeff${email}`,
      ]) {
        const right = await tryPassword(host, spelling, anna.password, { from: newAddress() });
        expectError(right, 429, 'TOO_MANY_ATTEMPTS');
      }
      expect(host.hasher.calls).toBe(0);
    });

    it('RL-08: and what is counted elsewhere is not the account', async () => {
      const { host } = stage;
      const { email } = anna;
      for (const other of [
        email.replace('@', '+x@'),
        email.replace('anna', 'a.nna'),
        `${email}.`,
        `${email}\0`,
        `${email}\u200b`,
        `"${email.replace('@', '"@')}`,
        email.replace('a', '\u0430'),
        email.replace('a', '\uff41'),
        email.replace('a', 'a\u0301'),
      ]) {
        const right = await tryPassword(host, other, anna.password, { from: newAddress() });
        expect([400, 422]).toContain(right.status);
      }
      // None of these was an attempt at the account itself.
      const answers = await inTurn(9, (n) =>
        tryPassword(host, email, `wrong ${n}`, { from: newAddress() }),
      );
      expect(new Set(statuses(answers))).toEqual(new Set([400]));
      const right = await tryPassword(host, email, anna.password, { from: newAddress() });
      expect(right.status).toBe(200);
    });

    it('RL-08: lists and objects are no addresses, and reach no hash', async () => {
      const { host } = stage;
      for (const username of [
        [anna.email],
        [anna.email, newEmail()],
        { email: anna.email },
        { $eq: anna.email },
        { 0: anna.email, length: 1 },
        { toString: anna.email },
      ]) {
        const answer = await tryPassword(host, username, anna.password, { from: newAddress() });
        expectError(answer, 422, 'VALIDATION_FAILED', { errors: expect.any(Array) });
      }
      expect(host.hasher.calls).toBe(0);
    });

    it('RL-08: of an address that is there twice, the one that is read is the one that counts', async () => {
      const { host } = stage;
      await inTurn(10, (n) => tryPassword(host, anna.email, `w ${n}`, { from: newAddress() }));
      const [mine, other] = [JSON.stringify(anna.email), JSON.stringify(newEmail())];
      const password = JSON.stringify(anna.password);
      const headers = { 'content-type': 'application/json' };
      const ways = [
        `{"username":${other},"username":${mine},"password":${password}}`,
        `{"username":${mine},"username":${other},"password":${password}}`,
        `{"username":${mine},"email":${other},"password":${password}}`,
        `{"username":${other},"email":${mine},"password":${password}}`,
        `{"email":${other},"email":${mine},"password":${password}}`,
      ];
      for (const body of ways) {
        const message = { method: 'POST', path: '/users/login/jwt', headers, body };
        const answer = await host.send({ ...message, from: newAddress() });
        expect([400, 429]).toContain(answer.status);
      }
      const form = `username=${newEmail()}&username=${anna.email}&password=${anna.password}`;
      const answer = await host.send({
        ...{ method: 'POST', path: '/users/login/jwt', from: newAddress() },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form,
      });
      expect([415, 422, 429]).toContain(answer.status);
    });
  },
  { options: { attemptLimits: { perAddress: { max: 10, perSeconds: 600 } }, mailLimit: false } },
);
