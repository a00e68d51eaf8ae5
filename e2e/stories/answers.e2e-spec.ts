import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, credentialOf, newcomer, Persona } from '../harness/persona.js';
import { routes, allRoutes, UNKNOWN_SESSION } from '../harness/routes.js';
import { mixedSetups, tell } from '../harness/tell.js';

/** Names that no answer may have, in whatever spelling. */
const SECRET_KEYS =
  /pass(word|wd)?|hash|salt|stamp|secret|canonical|created|updated|role|balance|token(?!_type$)/i;

/** All keys of a body, at any depth. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...keysOf(item)]);
}

/** Innermost parts of a system, in the words of stacks, drivers and files. */
const INTERNALS =
  /\bat .*:\d+|node_modules|\.[jt]s\b|stack|typeorm|sqlite|postgres|maria|mysql|express|fastify|SELECT|INSERT|UPDATE |DELETE |column|constraint|relation|errno|version|\/(home|tmp|work|usr|root)\//i;

tell(
  'Answers',
  mixedSetups,
  (stage) => {
    const shown: Answer[] = [];
    const secrets = new Set<string>();

    async function keep(answer: Promise<Answer>): Promise<Answer> {
      const kept = await answer;
      shown.push(kept);
      return kept;
    }

    /** Remembers the hashes and stamps that there are now. */
    async function remember(): Promise<void> {
      const rows = await stage.host.stored().getMany();
      for (const { hashedPassword, securityStamp } of rows) {
        for (const secret of [hashedPassword, securityStamp]) if (secret) secrets.add(secret);
      }
    }

    /** A walk through all routes, good and bad, on which everything is shown that ever is. */
    beforeAll(async () => {
      for (const backend of backends) {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        const [email, password] = [newEmail(), newPassword()];
        const post = (path: string, body: unknown) =>
          keep(stage.host.send({ method: 'POST', path, body }));
        const { body } = await post('/users/register', { email, password, firstName: 'Anna' });
        const anna = new Persona(stage.host, body.id, email, password, backend);
        const mine = (method: string, wish?: unknown) =>
          keep(anna.send({ method, path: '/users/me', body: wish }));
        const theirs = (method: string, path: string, wish?: unknown) =>
          keep(admin.send({ method, path, body: wish }));
        await remember();

        await keep(anna.login());
        await mine('GET');
        await mine('PATCH', { firstName: 'Otto' });
        const next = { password: newPassword(), currentPassword: password };
        anna.adopt(await mine('PATCH', next));
        await remember();
        await theirs('GET', '/users');
        await theirs('GET', `/users/${anna.id}`);
        await post('/users/request-verify-token', { email });
        const [verify = ''] = await stage.host.events.verificationTokens(email);
        secrets.add(verify);
        await post('/users/verify', { token: verify });
        await post('/users/verify', { token: verify });
        await post('/users/verify', { token: 'x' });
        await post('/users/confirm-email-change', { token: verify });
        await post('/users/cancel-email-change', { token: 'x' });
        await keep(anna.send({ path: '/users/me/export' }));
        await keep(anna.send({ path: '/users/me/sessions' }));
        await theirs('GET', `/users/${anna.id}/sessions`);
        await theirs('DELETE', `/users/${anna.id}/sessions/${UNKNOWN_SESSION}`);
        await keep(anna.send({ method: 'DELETE', path: '/users/me/sessions/x' }));
        const others = { method: 'POST', path: '/users/me/sessions/revoke-others' };
        anna.adopt(await keep(anna.send(others)));
        await theirs('POST', `/users/${anna.id}/sessions/revoke-all`);
        await remember();
        await anna.login(next.password);
        await mine('DELETE', { currentPassword: 'wrong' });
        await theirs('POST', `/users/${anna.id}/forgot-password`);
        await theirs('PATCH', `/users/${anna.id}`, { isVerified: true });
        await post('/users/forgot-password', { email });
        const [token = ''] = await stage.host.events.resetTokens(email);
        secrets.add(token);
        await post('/users/reset-password', { token, password: newPassword() });
        await remember();

        await post('/users/register', { email, password });
        await post('/users/register', { email: 'x', password: 5, firstName: [] });
        await post('/users/register', { email: newEmail(), password: 'short' });
        await post(`/users/login/${backend}`, { username: email, password });
        await post('/users/login/other', { username: email, password });
        await post('/users/reset-password', { token, password: newPassword() });
        await mine('GET');
        await anna.login(next.password);
        await mine('PATCH', { email: admin.email, currentPassword: 'wrong' });
        await theirs('PATCH', `/users/${anna.id}`, { email: admin.email });
        await theirs('GET', `/users/${randomUUID()}`);
        await theirs('GET', '/users?limit=x&cursor=x');
        await theirs('DELETE', `/users/${anna.id}`);
        await theirs('GET', '/nowhere');
        const headers = { 'content-type': 'application/json' };
        const register = { method: 'POST', path: '/users/register', headers };
        await keep(stage.host.send({ ...register, body: '{"email":' }));
        await keep(stage.host.send({ ...register, body: `"${'a'.repeat(2e6)}"` }));
        await keep(stage.host.send({ ...register, body: 'x', headers: { 'content-type': 'a/b' } }));
        await keep(stage.host.send({ path: '/users/%E0%A4%A', headers: admin.credential }));
        await keep(admin.send({ method: 'POST', path: `/users/logout/${backend}` }));
      }
    });

    it('RG-12 IN-10: were given to every route, good and bad', () => {
      const statuses = [...new Set(shown.map(({ status }) => status))].toSorted();
      expect(statuses).toEqual([200, 201, 202, 204, 400, 401, 404, 413, 415, 422]);
      expect(shown.length).toBeGreaterThan(routes.length * 3);
      expect(secrets.size).toBeGreaterThan(8);
    });

    it('RG-12: have no field that tells a secret, at any depth', () => {
      for (const { body, text } of shown) {
        for (const key of keysOf(body)) {
          if (key === 'access_token') continue;
          // Who asks for everything is told when the account was made.
          if (body.exportedAt && ['createdAt', 'updatedAt'].includes(key)) continue;
          expect(SECRET_KEYS.test(key), `${key} in ${text}`).toBe(false);
        }
      }
    });

    it('RG-12: show no hash, no stamp and no reset token that was ever stored or sent', () => {
      for (const { text, headers } of shown) {
        for (const secret of secrets) expect(text + JSON.stringify(headers)).not.toContain(secret);
      }
    });

    it('RG-12: hand a credential to nobody but who logs in or changes the password', () => {
      expect(shown.filter((answer) => credentialOf(answer))).not.toHaveLength(0);
      for (const answer of shown.filter(({ status }) => status >= 400)) {
        expect(answer.body?.access_token).toBeUndefined();
        expect(answer.cookies).toEqual([]);
      }
    });

    it('IN-10: are generic where something is wrong', () => {
      for (const { text, status } of shown.filter((answer) => answer.status >= 400)) {
        // What Nest says of a path that it does not know repeats the path.
        expect(text.replace('/nowhere', ''), String(status)).not.toMatch(INTERNALS);
      }
      for (const { headers } of shown) {
        expect(headers).not.toHaveProperty('server');
        expect(String(headers['x-powered-by'] ?? '')).not.toMatch(/nest|users/i);
      }
    });

    it('IN-12: are JSON in UTF-8, or empty', () => {
      for (const { text, headers, status } of shown) {
        if (text === '') expect([200, 202, 204], String(status)).toContain(status);
        else expect(headers['content-type']).toBe('application/json; charset=utf-8');
      }
    });

    describe.each(['application/json', 'text/html', '*/*', 'image/png', ''])(
      'IN-12: %j',
      (accept) => {
        it('is asked for, and JSON is the answer all the same', async () => {
          for (const path of ['/users/me', '/users', '/users/x']) {
            const { headers } = await stage.host.send({ path, headers: { accept } });
            expect(headers['content-type']).toBe('application/json; charset=utf-8');
          }
        });
      },
    );
  },
  { extras: allRoutes },
);
