import {
  MemoryRateLimitStore,
  OnUserLimitReached,
  UserAdapter,
  UserLimitReachedEvent,
  UsersEventBus,
  UserTokenReusedEvent,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newAddress } from '../harness/attempts.js';
import { expectError } from '../harness/errors.js';
import { Host, type HostOptions } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { pairOf, refreshBackends, refreshing, type RefreshingName } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const MAX = 5;
const unlimited = Array<number>(MAX + 3).fill(401);
const limited = [...Array<number>(MAX).fill(401), 429, 429, 429];

/** Hears what the limits refuse. */
@Injectable()
class Watchman {
  readonly heard: Pick<UserLimitReachedEvent, 'limit' | 'by'>[] = [];

  @OnUserLimitReached()
  hear({ limit, by }: UserLimitReachedEvent): void {
    this.heard.push({ limit, by });
  }
}

const options: HostOptions = {
  backends: (store) => refreshBackends(store, { graceSeconds: 0 }),
  extras: { routes: { refresh: true } },
  options: { attemptLimits: { perAddress: { max: MAX, perSeconds: 600 } } },
  providers: [Watchman],
};

/** What the limits refuse during some work. It is told a moment after the answers, in any order. */
async function heardDuring(host: Host, work: () => Promise<void>) {
  const bus = host.app.get(UsersEventBus);
  const { heard } = host.app.get(Watchman);
  await bus.settled();
  const before = heard.length;
  await work();
  await bus.settled();
  return heard.slice(before).map(({ limit, by }) => `${limit} by ${by}`);
}

/** What a client at an address sends; without a token, what a page does that has none. */
function refresh(host: Host, backend: RefreshingName, from: string, token?: string) {
  const message = { method: 'POST', path: `/users/refresh/${backend}`, from };
  if (backend === 'mobile') {
    return host.send({ ...message, body: token === undefined ? {} : { refresh_token: token } });
  }
  const cookie = token === undefined ? 'a=b' : `__Secure-users-web-refresh=${token}`;
  return host.send({ ...message, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
}

/** A form that a page of anybody's makes a browser at an address send. */
function strangersForm(host: Host, backend: RefreshingName, from: string) {
  return host.send({
    method: 'POST',
    path: `/users/refresh/${backend}`,
    from,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://evil.org',
      'sec-fetch-site': 'cross-site',
    },
    body: 'grant_type=refresh_token&refresh_token=a.b.c',
  });
}

/** One after the other. */
async function statuses(count: number, send: () => Promise<{ status: number }>) {
  const seen: number[] = [];
  for (let n = 0; n < count; n++) seen.push((await send()).status);
  return seen;
}

/** The refresh token of a login elsewhere. */
async function logIn(host: Host, backend: RefreshingName, username: string, password: string) {
  const body = { username, password };
  const login = { method: 'POST', path: `/users/login/${backend}`, body };
  return pairOf(await host.send({ ...login, from: newAddress() }))?.refresh ?? '';
}

/** Somebody new, who has logged in elsewhere. */
async function somebody(host: Host, backend: RefreshingName) {
  const [email, password] = [newEmail(), newPassword()];
  const { id } = await host.users.create({ email, password });
  return { id, email, password, token: await logIn(host, backend, email, password) };
}

afterEach(() => {
  vi.useRealTimers();
});

tell(
  'Limits on refused refresh tokens',
  bare,
  (stage) => {
    describe.each(refreshing)('at %s', (backend) => {
      const good = backend === 'web' ? 204 : 200;
      const send = (from: string, token?: string) => refresh(stage.host, backend, from, token);

      it('RL-01, RL-13: whoever shows too many that nobody signed is told to wait', async () => {
        const { host } = stage;
        const from = newAddress();
        const read = vi.spyOn(host.app.get(UserAdapter), 'findById');
        const heard = await heardDuring(host, async () => {
          expect(await statuses(MAX + 3, () => send(from, 'a.b.c'))).toEqual(limited);
        });
        expect(heard).toEqual(Array(3).fill('refresh by client'));
        expect(read).not.toHaveBeenCalled();
        read.mockRestore();
        const refusal = await send(from, 'a.b.c');
        expectError(refusal, 429, 'TOO_MANY_ATTEMPTS');
        expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(550);
        expect(Number(refusal.headers['retry-after'])).toBeLessThanOrEqual(600);
        expect(refusal.cookies).toEqual([]);
      });

      it("RL-04: strangers' forms bar nobody: a whole office goes on behind its one address", async () => {
        const { host } = stage;
        const office = newAddress();
        const [anna, bert] = [await somebody(host, backend), await somebody(host, backend)];
        const forms = await statuses(MAX + 3, () => strangersForm(host, backend, office));
        expect(forms).toEqual(backend === 'web' ? Array(MAX + 3).fill(403) : limited);
        await statuses(MAX + 3, () => send(office, 'a.b.c'));
        expect((await send(office, 'a.b.c')).status).toBe(429);

        for (let { token } of [anna, bert]) {
          for (let n = 0; n < 3; n++) {
            const answer = await send(office, token);
            expect(answer.status).toBe(good);
            token = pairOf(answer)?.refresh ?? '';
          }
        }
      });

      it('RL-13: nobody waits for longer than the limit says', async () => {
        vi.useFakeTimers({ toFake: ['performance'] });
        const from = newAddress();
        await statuses(MAX + 1, () => send(from, 'a.b.c'));
        vi.advanceTimersByTime(590_000);
        const { status, headers } = await send(from, 'a.b.c');
        expect(status).toBe(429);
        expect(Number(headers['retry-after'])).toBeLessThanOrEqual(10);
        vi.advanceTimersByTime(10_001);
        // What is past is past: the whole budget is there again.
        expect(await statuses(MAX + 3, () => send(from, 'a.b.c'))).toEqual(limited);
      });

      it('RL-01: good ones are not counted, however many come from one address', async () => {
        const office = newAddress();
        let { token } = await somebody(stage.host, backend);
        for (let n = 0; n < 4 * MAX; n++) {
          const answer = await send(office, token);
          expect(answer.status).toBe(good);
          token = pairOf(answer)?.refresh ?? '';
        }
        expect(await statuses(MAX + 3, () => send(office, 'x'))).toEqual(limited);
      });

      it('RL-01: nor is a client that shows none', async () => {
        const from = newAddress();
        expect(await statuses(3 * MAX, () => send(from))).toEqual(Array(3 * MAX).fill(401));
        expect(await statuses(MAX + 3, () => send(from, 'x'))).toEqual(limited);
        expect(await statuses(2, () => send(from))).toEqual([401, 401]);
      });

      it('RL-01, RL-04: those of a session that has ended count for it alone, wherever they come from', async () => {
        const { host } = stage;
        const office = newAddress();
        const [anna, bert] = [await somebody(host, backend), await somebody(host, backend)];
        await host.users.revokeCredentials({ id: anna.id });
        const heard = await heardDuring(host, async () => {
          expect(await statuses(MAX + 3, () => send(office, anna.token))).toEqual(limited);
        });
        expect(heard).toEqual(Array(3).fill('refresh by session'));

        const read = vi.spyOn(host.app.get(UserAdapter), 'findById');
        const refusal = await send(newAddress(), anna.token);
        expectError(refusal, 429, 'TOO_MANY_ATTEMPTS');
        expect(refusal.cookies).toEqual([]);
        expect(read).not.toHaveBeenCalled();
        read.mockRestore();

        const again = await logIn(host, backend, anna.email, anna.password);
        for (const token of [again, bert.token]) {
          expect((await send(office, token)).status).toBe(good);
        }
        expect(await statuses(MAX + 3, () => send(office, 'x'))).toEqual(limited);
      });

      it('RF-02, RL-04: whatever the address did, a used token ends its session, and that is told', async () => {
        const { host } = stage;
        const office = newAddress();
        await statuses(MAX + 3, () => send(office, 'a.b.c'));
        const { id, token } = await somebody(host, backend);
        const successor = pairOf(await send(newAddress(), token))?.refresh ?? '';
        expect((await send(office, token)).status).toBe(401);
        const told = await host.events.of(UserTokenReusedEvent);
        expect(told.filter(({ user }) => user.id === id)).toHaveLength(1);
        // One session, one budget, whichever of its tokens comes.
        expect(await statuses(MAX - 1, () => send(office, successor))).toEqual(
          Array(MAX - 1).fill(401),
        );
        expect((await send(office, token)).status).toBe(429);
      });

      it('RL-04: what is refused while a session rests does not bar it afterwards', async () => {
        const { host } = stage;
        const from = newAddress();
        const { id, token } = await somebody(host, backend);
        // Not by the library, which ends all sessions of whoever is deactivated.
        const rows = host.dataSource.getRepository(host.entity);
        await rows.update({ id }, { isActive: false });
        expect(await statuses(MAX + 3, () => send(from, token))).toEqual(unlimited);
        await rows.update({ id }, { isActive: true });
        expect((await send(from, token)).status).toBe(good);
      });

      // All are looked at: good ones must not be counted, and nothing is hashed for one that is not.
      it('RL-06: of many at once no more are told that they failed than may, and logins have their own', async () => {
        const { host } = stage;
        const from = newAddress();
        const { id, email: username, password, token } = await somebody(host, backend);
        await host.users.revokeCredentials({ id });
        for (const text of ['a.b.c', token]) {
          const answers = await Promise.all(Array.from({ length: 20 }, () => send(from, text)));
          expect(answers.filter(({ status }) => status === 401)).toHaveLength(MAX);
          expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - MAX);
        }
        const body = { username, password };
        const login = { method: 'POST', path: '/users/login/jwt', body, from };
        expect((await host.send(login)).status).toBe(200);
      });
    });

    it('RL-04: each backend has a budget of its own', async () => {
      const from = newAddress();
      for (const backend of refreshing) {
        const answers = await statuses(MAX + 3, () => refresh(stage.host, backend, from, 'x'));
        expect(answers).toEqual(limited);
      }
    });
  },
  options,
);

it('RL-04: so has each module, also where they share a store, a secret and a database', async () => {
  const rateLimitStore = new MemoryRateLimitStore();
  const wishes = { ...options, options: { ...options.options, rateLimitStore } };
  const users = await Host.start(bare[0]!, wishes);
  const extras = { ...options.extras, name: 'staff' };
  const staff = await Host.start(bare[0]!, { ...wishes, extras, beside: users });
  const from = newAddress();
  const { id, token } = await somebody(users, 'mobile');
  await users.users.revokeCredentials({ id });
  for (const text of ['x', token]) {
    for (const host of [users, staff]) {
      const answers = await statuses(MAX + 3, () => refresh(host, 'mobile', from, text));
      expect(answers).toEqual(limited);
    }
  }
  await staff.close();
  await users.close();
});
