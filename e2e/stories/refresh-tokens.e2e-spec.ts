import {
  UserTokenRefreshedEvent,
  UserTokenReusedEvent,
  type UserSessionEndedEvent,
} from '@nestjs-users/core';
import { UserSessionEntity } from '@nestjs-users/typeorm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseSetCookie } from '../harness/cookies.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import {
  isLiving,
  pairFor,
  pairOf,
  refreshBackends,
  refreshing,
  refreshWith,
} from '../harness/refreshing.js';
import { everyDatabase, everySetup, tell } from '../harness/tell.js';

const HOUR = 3600_000;
const routes = { refresh: true, mySessions: true, userSessions: true };

const later = (milliseconds: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
};

const ofUser = async (host: Host, type: typeof UserTokenReusedEvent, id: string) =>
  (await host.events.of(type)).filter(({ user }) => user.id === id);

afterEach(() => {
  vi.useRealTimers();
});

tell(
  'Refresh tokens',
  everySetup,
  (stage) => {
    describe.each(refreshing)('at %s', (backend) => {
      it('RF-01: a refresh gives another pair, and the session goes on', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const first = await pairFor(anna, backend);
        const answer = await refreshWith(host, backend, first.refresh);
        expect(answer.status).toBe(backend === 'web' ? 204 : 200);
        expect(answer.headers['cache-control']).toBe('no-store');
        const second = pairOf(answer);
        expect(second?.refresh).not.toBe(first.refresh);
        expect(await isLiving(host, backend, second?.access ?? '')).toBe(true);
        const rows = await host.dataSource
          .getRepository(UserSessionEntity)
          .findBy({ subject: anna.id });
        expect(rows).toMatchObject([{ generation: 1, backend }]);
        const told = (await host.events.of(UserTokenRefreshedEvent)).filter(
          ({ user }) => user.id === anna.id,
        );
        expect(told).toMatchObject([{ backend }]);
      });

      it('RF-01, RF-02: a token that was used, used again later, ends session and access tokens', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const stolen = await pairFor(anna, backend);
        const bystander = await pairFor(anna, backend);
        const owners = pairOf(await refreshWith(host, backend, stolen.refresh));
        later(11_000);
        const replayed = await refreshWith(host, backend, stolen.refresh);
        expectError(replayed, 401, 'UNAUTHORIZED');
        for (const access of [stolen.access, owners?.access ?? '']) {
          expect(await isLiving(host, backend, access)).toBe(false);
        }
        const dead = await refreshWith(host, backend, owners?.refresh ?? '');
        expectError(dead, 401, 'UNAUTHORIZED');
        expect(await isLiving(host, backend, bystander.access)).toBe(true);
        const told: UserSessionEndedEvent[] = await ofUser(host, UserTokenReusedEvent, anna.id);
        expect(told).toHaveLength(1);
        expect(told[0]?.session).toMatchObject({ backend });
      });

      it('RF-03, RF-04: within the grace the same successor comes again, and no second line', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const { refresh } = await pairFor(anna, backend);
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => refreshWith(host, backend, refresh)),
        );
        const successors = new Set(answers.map((answer) => pairOf(answer)?.refresh));
        expect(successors.size).toBe(1);
        for (const answer of answers) {
          expect(await isLiving(host, backend, pairOf(answer)?.access ?? '')).toBe(true);
        }
        later(9000);
        const late = pairOf(await refreshWith(host, backend, refresh));
        expect(late?.refresh).toBe([...successors][0]);
        // The successor itself is not replaced while its predecessor is still good.
        expect(pairOf(await refreshWith(host, backend, late?.refresh ?? ''))?.refresh).toBe(
          late?.refresh,
        );
        later(11_000);
        const next = pairOf(await refreshWith(host, backend, late?.refresh ?? ''));
        expect(next?.refresh).not.toBe(late?.refresh);
        expect(await ofUser(host, UserTokenReusedEvent, anna.id)).toEqual([]);
      });

      it('RF-05: idleness ends it, and the absolute lifetime survives every rotation', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        let { refresh } = await pairFor(anna, backend);
        const idle = await pairFor(anna, backend);
        for (let hours = 0; hours < 5; hours += 1) {
          later(0.9 * HOUR);
          refresh = pairOf(await refreshWith(host, backend, refresh))?.refresh ?? '';
          expect(refresh).not.toBe('');
        }
        expectError(await refreshWith(host, backend, idle.refresh), 401, 'UNAUTHORIZED');
        later(0.6 * HOUR);
        expectError(await refreshWith(host, backend, refresh), 401, 'UNAUTHORIZED');
      });

      it.each([
        [
          'a new password',
          (host: Host, id: string) => host.users.update({ id }, { password: newPassword() }),
        ],
        [
          'deactivation',
          (host: Host, id: string) => host.users.update({ id }, { isActive: false }),
        ],
        ['deletion', (host: Host, id: string) => host.users.delete({ id })],
        ['log out everywhere', (host: Host, id: string) => host.users.revokeCredentials({ id })],
      ])('RF-06, RF-08: %s is the end of it', async (_what, end) => {
        const { host } = stage;
        const anna = await newcomer(host);
        const { refresh } = await pairFor(anna, backend);
        await end(host, anna.id);
        const answer = await refreshWith(host, backend, refresh);
        expectError(answer, 401, 'UNAUTHORIZED');
        expect(pairOf(answer)).toBeUndefined();
        if (backend === 'web') {
          expect(answer.cookies).toHaveLength(2);
          for (const cookie of answer.cookies) expect(cookie).toMatch(/=;.*Max-Age=0/);
        }
      });

      it('RF-06: so is a logout, which is a true one: 204', async () => {
        const { host } = stage;
        const { access, refresh } = await pairFor(await newcomer(host), backend);
        const headers =
          backend === 'mobile'
            ? { authorization: `Bearer ${access}` }
            : { cookie: `__Host-users-web=${access}`, 'sec-fetch-site': 'same-origin' };
        const path = `/users/logout/${backend}`;
        const answer = await host.send({ method: 'POST', path, headers });
        expect(answer.status).toBe(204);
        expect(await isLiving(host, backend, access)).toBe(false);
        expectError(await refreshWith(host, backend, refresh), 401, 'UNAUTHORIZED');
      });

      it('RS-12, RF-07: a refresh token opens no other door, and no other token this one', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const { access, refresh } = await pairFor(anna, backend);
        const other = backend === 'web' ? 'mobile' : 'web';
        for (const name of refreshing) expect(await isLiving(host, name, refresh)).toBe(false);
        const bodies = { token: refresh, password: newPassword() };
        for (const path of ['/users/reset-password', '/users/verify']) {
          expect((await host.send({ method: 'POST', path, body: bodies })).status).toBe(400);
        }
        const { access: foreign, refresh: alien } = await pairFor(anna, other);
        const usual = (anna.credential['authorization'] ?? '').replace('Bearer ', '');
        for (const token of [access, foreign, alien, usual, 'x', '', `${refresh}x`]) {
          expectError(await refreshWith(host, backend, token), 401, 'UNAUTHORIZED');
        }
        expect(pairOf(await refreshWith(host, backend, refresh))).toBeDefined();
      });
    });

    it('RF-07, CK-01: the cookie of a refresh token goes to its route alone', async () => {
      const { answer } = await pairFor(await newcomer(stage.host), 'web');
      expect(answer.body).toBeUndefined();
      const cookie = parseSetCookie(answer.cookies[1] ?? '');
      expect(cookie).toMatchObject({
        name: '__Secure-users-web-refresh',
        attributes: { path: '/users/refresh/web', samesite: 'Lax' },
      });
      expect(cookie.attributes).toHaveProperty('httponly');
      expect(cookie.attributes).toHaveProperty('secure');
      expect(cookie.attributes).not.toHaveProperty('domain');
    });

    it('RF-07: no other site refreshes', async () => {
      const { refresh } = await pairFor(await newcomer(stage.host), 'web');
      const cookie = `__Secure-users-web-refresh=${refresh}`;
      for (const headers of [
        {},
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.org' },
      ]) {
        const message = {
          method: 'POST',
          path: '/users/refresh/web',
          headers: { cookie, ...headers },
        };
        expectError(await stage.host.send(message), 403, 'CSRF_REJECTED');
      }
    });

    it('takes it as OAuth 2 words it, as a form and as JSON, and nothing else', async () => {
      const { host } = stage;
      const message = { method: 'POST', path: '/users/refresh/mobile' };
      const { refresh } = await pairFor(await newcomer(host), 'mobile');
      const form = await host.send({
        ...message,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=refresh_token&refresh_token=${refresh}`,
      });
      expect(form.body).toStrictEqual({
        access_token: expect.any(String),
        token_type: 'bearer',
        expires_in: 900,
        refresh_token: expect.any(String),
      });
      expectInvalid(await host.send({ ...message, body: { refresh_token: 5 } }), 'refresh_token');
      const wrong = { refresh_token: refresh, grant_type: 'password' };
      expectInvalid(await host.send({ ...message, body: wrong }), 'grant_type');
      expectError(await host.send({ ...message, body: {} }), 401, 'UNAUTHORIZED');
      for (const name of ['jwt', 'cookie', 'nobody', 'constructor']) {
        const path = `/users/refresh/${name}`;
        const headers = { 'sec-fetch-site': 'same-origin' };
        const answer = await host.send({ method: 'POST', path, headers, body: {} });
        expectError(answer, 404, 'BACKEND_NOT_FOUND');
      }
    });

    it('RF-07: nothing of it is stored', async () => {
      const anna = await newcomer(stage.host);
      const { refresh } = await pairFor(anna, 'mobile');
      const rows = await stage.host.dataSource.getRepository(UserSessionEntity).find();
      const dump = JSON.stringify(rows);
      for (const part of refresh.split('.').slice(1)) expect(dump).not.toContain(part);
    });

    it('one session, one line in the list, whatever was refreshed', async () => {
      const anna = await newcomer(stage.host);
      const { refresh } = await pairFor(anna, 'mobile');
      const pair = pairOf(await refreshWith(stage.host, 'mobile', refresh));
      const headers = { authorization: `Bearer ${pair?.access}` };
      const { items } = (await stage.host.send({ path: '/users/me/sessions', headers })).body as {
        items: { isCurrent: boolean; id: string }[];
      };
      expect(items).toHaveLength(1);
      expect(items[0]?.isCurrent).toBe(true);
      await stage.host.send({
        method: 'DELETE',
        path: `/users/me/sessions/${items[0]?.id}`,
        headers,
      });
      const answer = await refreshWith(stage.host, 'mobile', pair?.refresh ?? '');
      expectError(answer, 401, 'UNAUTHORIZED');
    });
  },
  {
    backends: (store) => refreshBackends(store, { lifetimeSeconds: 5 * 3600, idleSeconds: 3600 }),
    extras: { routes },
  },
);

tell(
  'Refresh tokens without a grace',
  everyDatabase,
  (stage) => {
    it('RF-02, RF-03: of two uses the second ends the session, even at the same moment', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const { refresh } = await pairFor(anna, 'mobile');
      const answers = await Promise.all([
        refreshWith(host, 'mobile', refresh),
        refreshWith(host, 'mobile', refresh),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
      const winner = answers.map((answer) => pairOf(answer)).find(Boolean);
      expect(await isLiving(host, 'mobile', winner?.access ?? '')).toBe(false);
      expect(await ofUser(host, UserTokenReusedEvent, anna.id)).toHaveLength(1);
    });
  },
  { backends: (store) => refreshBackends(store, { graceSeconds: 0 }), extras: { routes } },
);
