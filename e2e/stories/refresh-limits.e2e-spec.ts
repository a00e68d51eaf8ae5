import { UserAdapter } from '@nestjs-users/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newAddress } from '../harness/attempts.js';
import { expectError } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { pairOf, refreshBackends, refreshing } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const MAX = 5;

afterEach(() => {
  vi.useRealTimers();
});

tell(
  'Limits on refused refresh tokens',
  bare,
  (stage) => {
    describe.each(refreshing)('at %s', (backend) => {
      /** What a client at an address sends; without a token, what a page does that has none. */
      const refresh = (host: Host, from: string, token?: string) => {
        const message = { method: 'POST', path: `/users/refresh/${backend}`, from };
        if (backend === 'mobile') {
          return host.send({
            ...message,
            body: token === undefined ? {} : { refresh_token: token },
          });
        }
        const cookie = token === undefined ? 'a=b' : `__Secure-users-web-refresh=${token}`;
        return host.send({ ...message, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
      };
      const statuses = async (count: number, send: () => ReturnType<typeof refresh>) => {
        const seen: number[] = [];
        for (let n = 0; n < count; n++) seen.push((await send()).status);
        return seen;
      };
      /** Somebody new, and the refresh token of a login elsewhere. */
      const somebody = async (host: Host) => {
        const [email, password] = [newEmail(), newPassword()];
        const { id } = await host.users.create({ email, password });
        const body = { username: email, password };
        const login = { method: 'POST', path: `/users/login/${backend}`, body };
        const pair = pairOf(await host.send({ ...login, from: newAddress() }));
        return { id, email, password, token: pair?.refresh ?? '' };
      };
      const good = backend === 'web' ? 204 : 200;

      it('RL-01: whoever has shown too many is told to wait, before anything is read', async () => {
        const { host } = stage;
        const from = newAddress();
        const { token } = await somebody(host);
        const answers = await statuses(MAX + 3, () => refresh(host, from, 'a.b.c'));
        expect(answers).toEqual([...Array(MAX).fill(401), 429, 429, 429]);

        const read = vi.spyOn(host.app.get(UserAdapter), 'findById');
        const refusal = await refresh(host, from, token);
        expectError(refusal, 429, 'TOO_MANY_ATTEMPTS');
        expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(550);
        expect(Number(refusal.headers['retry-after'])).toBeLessThanOrEqual(600);
        expect(read).not.toHaveBeenCalled();
        read.mockRestore();
        // It says nothing of the token: the client keeps its cookies, and the session goes on.
        expect(refusal.cookies).toEqual([]);
        expect((await refresh(host, newAddress(), token)).status).toBe(good);
      });

      it('RL-13: and not for longer than the limit says', async () => {
        vi.useFakeTimers({ toFake: ['performance'] });
        const { host } = stage;
        const from = newAddress();
        const { token } = await somebody(host);
        await statuses(MAX + 1, () => refresh(host, from, 'a.b.c'));
        vi.advanceTimersByTime(590_000);
        const { status, headers } = await refresh(host, from, token);
        expect(status).toBe(429);
        expect(Number(headers['retry-after'])).toBeLessThanOrEqual(10);
        vi.advanceTimersByTime(10_001);
        expect((await refresh(host, from, token)).status).toBe(good);
        // What is past is past: the whole budget is there again.
        const answers = await statuses(MAX + 1, () => refresh(host, from, 'a.b.c'));
        expect(answers).toEqual([...Array(MAX).fill(401), 429]);
      });

      it('RL-01: good ones are not counted, however many come from one address', async () => {
        const { host } = stage;
        const office = newAddress();
        let { token } = await somebody(host);
        for (let n = 0; n < 4 * MAX; n++) {
          const answer = await refresh(host, office, token);
          expect(answer.status).toBe(good);
          token = pairOf(answer)?.refresh ?? '';
        }
        const answers = await statuses(MAX + 1, () => refresh(host, office, 'x'));
        expect(answers).toEqual([...Array(MAX).fill(401), 429]);
      });

      it('RL-01: nor is a client that shows none', async () => {
        const { host } = stage;
        const from = newAddress();
        expect(await statuses(3 * MAX, () => refresh(host, from))).toEqual(
          Array(3 * MAX).fill(401),
        );
        const { token } = await somebody(host);
        expect((await refresh(host, from, token)).status).toBe(good);
      });

      it('RL-01: tokens that have ended are', async () => {
        const { host } = stage;
        const from = newAddress();
        const { id, token } = await somebody(host);
        await host.users.update({ id }, { isActive: false });
        const answers = await statuses(MAX + 2, () => refresh(host, from, token));
        expect(answers).toEqual([...Array(MAX).fill(401), 429, 429]);
      });

      it('RL-01: of many at once no more are looked at than may, and logins have their own', async () => {
        const { host } = stage;
        const from = newAddress();
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => refresh(host, from, 'a.b.c')),
        );
        expect(answers.filter(({ status }) => status === 401)).toHaveLength(MAX);
        const { email: username, password } = await somebody(host);
        const body = { username, password };
        const login = { method: 'POST', path: '/users/login/jwt', body, from };
        expect((await host.send(login)).status).toBe(200);
      });
    });
  },
  {
    backends: (store) => refreshBackends(store, { graceSeconds: 0 }),
    extras: { routes: { refresh: true } },
    options: { attemptLimits: { perAddress: { max: MAX, perSeconds: 600 } } },
  },
);
