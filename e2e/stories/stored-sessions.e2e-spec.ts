import {
  SessionsService,
  UserLoggedOutEvent,
  UserSessionEndedEvent,
  UserSessionsRevokedEvent,
} from '@nestjs-users/core';
import { UserSessionEntity } from '@nestjs-users/typeorm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectError } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import { type BackendName, newcomer, Persona } from '../harness/persona.js';
import { UNKNOWN_ID, UNKNOWN_SESSION } from '../harness/routes.js';
import { sessionBackends, storedBackends } from '../harness/session-backends.js';
import { everySetup, tell } from '../harness/tell.js';

const PHONE = { 'user-agent': 'Phone/1.0' };
const LAPTOP = { 'user-agent': 'Laptop "Zo\u00eb" 2.0' };

/** What the routes show of a session. */
interface Shown {
  readonly id: string;
  readonly backend: string;
  readonly userAgent: string | null;
  readonly isCurrent: boolean;
}

/** The same person on another device. */
async function elsewhere(person: Persona, backend: BackendName = person.backend, headers = PHONE) {
  const { host, id, email, password } = person;
  const device = new Persona(host, id, email, password, backend);
  await device.login(password, headers);
  return device;
}

const sessionsOf = async (person: Persona): Promise<Shown[]> =>
  (await person.send({ path: '/users/me/sessions' })).body.items as Shown[];

const secretOf = ({ credential }: Persona): string =>
  (credential['authorization'] ?? credential['cookie'] ?? '').replace(/^Bearer |^[^=]+=/, '');

const isIn = async (person: Persona): Promise<boolean> => (await person.me()).status === 200;

const stored = (host: Host) => host.dataSource.getRepository(UserSessionEntity);

afterEach(() => {
  vi.useRealTimers();
});

tell(
  'Stored sessions',
  everySetup,
  (stage) => {
    describe.each(storedBackends)('at %s', (backend) => {
      it('LG-06, LG-07: a logout is the end of this session, and of no other', async () => {
        const anna = await newcomer(stage.host, backend);
        const phone = await elsewhere(anna);
        const path = `/users/logout/${backend}`;
        const answer = await anna.send({ method: 'POST', path });
        expect(answer.status).toBe(204);
        expect(answer.text).toBe('');
        expect(await isIn(anna)).toBe(false);
        expect(await isIn(phone)).toBe(true);
        expect((await anna.send({ method: 'POST', path })).status).toBe(401);
        const told = await stage.host.events.of(UserLoggedOutEvent);
        expect(told.filter(({ user }) => user.id === anna.id)).toHaveLength(1);
      });

      it('OT-02: keeps nothing that opens a door', async () => {
        const anna = await newcomer(stage.host, backend);
        const rows = await stored(stage.host).findBy({ subject: anna.id });
        expect(rows).toHaveLength(1);
        const dump = JSON.stringify(rows);
        expect(secretOf(anna).length).toBeGreaterThanOrEqual(43);
        expect(dump).not.toContain(secretOf(anna));
        for (const { id, digest } of rows) {
          for (const token of [id, digest]) {
            const headers = { authorization: `Bearer ${token}` };
            expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
          }
        }
      });

      it('LG-13: shows where one is logged in, the one used last first', async () => {
        const anna = await newcomer(stage.host, backend);
        const phone = await elsewhere(anna);
        const laptop = await elsewhere(anna, 'opaque', LAPTOP);
        await newcomer(stage.host, backend);
        const answer = await phone.send({ path: '/users/me/sessions' });
        expect(answer.status).toBe(200);
        const items = answer.body.items as Shown[];
        expect(items).toHaveLength(3);
        expect(items.map(({ backend: name }) => name).toSorted()).toEqual(
          [backend, backend, 'opaque'].toSorted(),
        );
        const own = items.find(({ isCurrent }) => isCurrent);
        expect(own).toStrictEqual({
          id: expect.stringMatching(/^[\da-f]{32}$/),
          backend,
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          lastUsedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
          address: expect.stringContaining('127.0.0.1'),
          userAgent: 'Phone/1.0',
          isCurrent: true,
        });
        expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
        expect(items.map(({ userAgent }) => userAgent)).toContain(LAPTOP['user-agent']);
        expect((await sessionsOf(laptop)).find(({ isCurrent }) => isCurrent)?.id).not.toBe(own?.id);
      });

      it('LG-13: ends one of them, at once, and tells', async () => {
        const anna = await newcomer(stage.host, backend);
        const phone = await elsewhere(anna);
        const other = (await sessionsOf(anna)).find(({ isCurrent }) => !isCurrent);
        const path = `/users/me/sessions/${other?.id}`;
        const answer = await anna.send({ method: 'DELETE', path });
        expect(answer.status).toBe(204);
        expect(answer.cookies).toEqual([]);
        expect(await isIn(phone)).toBe(false);
        expect(await isIn(anna)).toBe(true);
        expect(await sessionsOf(anna)).toHaveLength(1);
        expectError(await anna.send({ method: 'DELETE', path }), 404, 'SESSION_NOT_FOUND');
        const told = (await stage.host.events.of(UserSessionEndedEvent)).filter(
          ({ user }) => user.id === anna.id,
        );
        expect(told).toHaveLength(1);
        expect(told[0]?.session).toMatchObject({ id: other?.id, userAgent: 'Phone/1.0' });
        expect(told[0]?.request?.url).toBe(path);
      });

      it('ending the own session is a logout: the cookie goes, too', async () => {
        const anna = await newcomer(stage.host, backend);
        const [own] = await sessionsOf(anna);
        const answer = await anna.send({
          method: 'DELETE',
          path: `/users/me/sessions/${own?.id}`,
        });
        expect(answer.status).toBe(204);
        expect(answer.cookies.map((cookie) => /Max-Age=0/.test(cookie))).toEqual(
          backend === 'session' ? [true] : [],
        );
        expect(await isIn(anna)).toBe(false);
      });

      it('revoke-others ends all but the caller, of backends without a store too', async () => {
        const anna = await newcomer(stage.host, backend);
        const others = [
          await elsewhere(anna),
          await elsewhere(anna, 'jwt'),
          await elsewhere(anna, 'cookie'),
        ];
        const answer = await anna.send({
          method: 'POST',
          path: '/users/me/sessions/revoke-others',
        });
        expect(answer.status).toBe(backend === 'session' ? 204 : 200);
        expect(await isIn(anna)).toBe(false);
        anna.adopt(answer);
        expect(await isIn(anna)).toBe(true);
        for (const other of others) expect(await isIn(other)).toBe(false);
        const [own, ...more] = await sessionsOf(anna);
        expect(own).toMatchObject({ isCurrent: true, backend });
        expect(more).toEqual([]);
        expect(await stored(stage.host).countBy({ subject: anna.id })).toBe(1);
        const told = await stage.host.events.of(UserSessionsRevokedEvent);
        expect(told.filter(({ user }) => user.id === anna.id)).toHaveLength(1);
      });

      it('PW-17: a new password ends the other sessions, and lists them no more', async () => {
        const anna = await newcomer(stage.host, backend);
        const phone = await elsewhere(anna);
        const body = { password: newPassword(), currentPassword: anna.password };
        anna.adopt(await anna.send({ method: 'PATCH', path: '/users/me', body }));
        expect(await isIn(phone)).toBe(false);
        expect(await sessionsOf(anna)).toHaveLength(1);
      });

      it('superusers see and end sessions of others', async () => {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        const anna = await newcomer(stage.host, backend);
        const phone = await elsewhere(anna);
        const path = `/users/${anna.id}/sessions`;
        const { items } = (await admin.send({ path })).body as { items: Shown[] };
        expect(items).toHaveLength(2);
        expect(items.some(({ isCurrent }) => isCurrent)).toBe(false);
        const one = items.find(({ userAgent }) => userAgent === 'Phone/1.0');
        const ended = await admin.send({ method: 'DELETE', path: `${path}/${one?.id}` });
        expect(ended.status).toBe(204);
        expect([await isIn(anna), await isIn(phone)]).toEqual([true, false]);
        const all = await admin.send({ method: 'POST', path: `${path}/revoke-all` });
        expect(all.status).toBe(204);
        expect(await isIn(anna)).toBe(false);
        expect(await isIn(admin)).toBe(true);
        expect((await admin.send({ path })).body).toEqual({ items: [] });
      });
    });

    it('nobody sees or ends sessions of others, nor by ids of another form', async () => {
      const admin = await newcomer(stage.host, 'opaque', { isSuperuser: true });
      const [anna, eve] = [
        await newcomer(stage.host, 'opaque'),
        await newcomer(stage.host, 'opaque'),
      ];
      const [session] = await sessionsOf(anna);
      const id = session?.id ?? '';
      for (const wrong of [id, UNKNOWN_SESSION, id.toUpperCase(), `${id}%20`, 'x', '%00', '*']) {
        const path = `/users/me/sessions/${wrong}`;
        const answer = await eve.send({ method: 'DELETE', path });
        expectError(answer, 404, 'SESSION_NOT_FOUND');
        const below = `/users/${eve.id}/sessions/${wrong}`;
        expectError(await admin.send({ method: 'DELETE', path: below }), 404, 'SESSION_NOT_FOUND');
      }
      expect(await isIn(anna)).toBe(true);
      for (const path of [`/users/${UNKNOWN_ID}/sessions`, '/users/abc/sessions']) {
        expectError(await admin.send({ path }), 404, 'USER_NOT_FOUND');
        expectError(await eve.send({ path }), 403, 'FORBIDDEN');
      }
    });

    it('OT-03: of two hundred mutations of a token none is accepted', async () => {
      const anna = await newcomer(stage.host, 'opaque');
      const token = secretOf(anna);
      const flip = (letter: string): string =>
        letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
      const mutations = [...token].flatMap((letter, index) => {
        const put = (text: string): string => token.slice(0, index) + text + token.slice(index + 1);
        return [put(flip(letter)), put(''), put(letter + letter), put(letter === 'A' ? 'B' : 'A')];
      });
      mutations.push(`${token}=`, `${token}.`, `${token}A`, token.slice(1), token.toUpperCase());
      const different = [...new Set(mutations)].filter((text) => text !== token);
      expect(different.length).toBeGreaterThan(140);
      for (const text of different) {
        const headers = { authorization: `Bearer ${text}` };
        expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
      }
      expect(await isIn(anna)).toBe(true);
    });

    it.each(['opaque', 'session'] as const)(
      'LG-12, OT-04: a session ends when it is idle, and in any case (%s)',
      async (backend) => {
        const anna = await newcomer(stage.host, backend);
        const start = Date.now();
        const at = (seconds: number): void => {
          vi.useFakeTimers({ toFake: ['Date'], now: start + seconds * 1000 });
        };
        const HOUR = 3600;
        for (const hours of [0.9, 1.8, 2.7, 3.6, 4.5]) {
          at(hours * HOUR);
          expect(await isIn(anna)).toBe(true);
        }
        const idle = await elsewhere(anna);
        at(5.2 * HOUR);
        expect(await isIn(anna)).toBe(true);
        at(5.6 * HOUR);
        expect([await isIn(anna), await isIn(idle)]).toEqual([true, false]);
        expect(await sessionsOf(anna)).toHaveLength(1);
        at(6 * HOUR + 1);
        expect(await isIn(anna)).toBe(false);
      },
    );

    it('OT-10: writes a use down once a minute at most', async () => {
      const anna = await newcomer(stage.host, 'opaque');
      const before = await stored(stage.host).findOneByOrFail({ subject: anna.id });
      await Promise.all(Array.from({ length: 20 }, () => anna.me()));
      expect(await stored(stage.host).findOneByOrFail({ subject: anna.id })).toEqual(before);
      const later = Date.now() + 61_000;
      vi.useFakeTimers({ toFake: ['Date'], now: later });
      await Promise.all(Array.from({ length: 20 }, () => anna.me()));
      const after = await stored(stage.host).findOneByOrFail({ subject: anna.id });
      expect(after.lastUsedAt).toEqual(new Date(later));
      expect(after.expiresAt.getTime()).toBe(later + 3600 * 1000);
    });

    it('LG-10: whoever is deleted leaves no session behind', async () => {
      const admin = await newcomer(stage.host, 'opaque', { isSuperuser: true });
      const anna = await newcomer(stage.host, 'opaque');
      await elsewhere(anna, 'listed');
      await admin.send({ method: 'DELETE', path: `/users/${anna.id}` });
      await stage.host.events.of(UserSessionEndedEvent);
      expect(await stored(stage.host).countBy({ subject: anna.id })).toBe(0);
      expect(await stored(stage.host).countBy({ subject: admin.id })).toBe(1);
      expect(await isIn(anna)).toBe(false);
    });

    it('deletes expired sessions when it is told to', async () => {
      const anna = await newcomer(stage.host, 'opaque');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7200_000 });
      const sessions = stage.host.app.get(SessionsService);
      expect(await sessions.list({ id: anna.id })).toEqual([]);
      expect(await sessions.deleteExpired()).toBeGreaterThan(0);
      expect(await stored(stage.host).countBy({ subject: anna.id })).toBe(0);
      expect(await sessions.deleteExpired()).toBe(0);
    });
  },
  {
    backends: (store) => sessionBackends(store, { lifetimeSeconds: 6 * 3600, idleSeconds: 3600 }),
    extras: { routes: { mySessions: true, userSessions: true } },
  },
);

tell(
  'A limit of sessions',
  everySetup.filter(({ platform, flavour }) => platform === 'express' && flavour === 'bare'),
  (stage) => {
    it('ends the one that began first, of this backend', async () => {
      const anna = await newcomer(stage.host, 'opaque');
      const listed = await elsewhere(anna, 'listed');
      const devices: Persona[] = [];
      for (let count = 0; count < 3; count++) devices.push(await elsewhere(anna));
      expect(await isIn(anna)).toBe(false);
      for (const device of [...devices, listed]) expect(await isIn(device)).toBe(true);
    });

    it('holds when many log in at once', async () => {
      const anna = await newcomer(stage.host, 'opaque');
      const devices = await Promise.all(Array.from({ length: 10 }, () => elsewhere(anna)));
      const living = await Promise.all(devices.map((device) => isIn(device)));
      expect(living.filter(Boolean)).toHaveLength(3);
    });
  },
  { backends: (store) => sessionBackends(store, { maxSessions: 3 }) },
);
