import {
  AuthBackend,
  BcryptPasswordHasher,
  BeforeUserLogin,
  type BeforeUserLoginEvent,
  BearerTransport,
  MemoryRateLimitStore,
  type RateLimit,
  ServiceUnavailableError,
  StoredTokenStrategy,
  type TokenStore,
} from '@nestjs-users/core';
import { ImATeapotException, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FrailTokenStore } from '../harness/frail-token-store.js';
import { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { pairFor, refreshBackends, refreshWith } from '../harness/refreshing.js';
import { TelemetryProbe } from '../harness/telemetry.js';
import { everyPlatform, tell } from '../harness/tell.js';

const probe = new TelemetryProbe();
beforeAll(() => void probe.start());
afterAll(() => probe.stop());

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const store = new FrailTokenStore();

/** Fails when the story says so. */
class FrailRateLimitStore extends MemoryRateLimitStore {
  isAway = false;

  override async take(key: string, limit: RateLimit): Promise<number> {
    if (this.isAway) throw new Error('ECONNREFUSED');
    return super.take(key, limit);
  }
}
const rateLimitStore = new FrailRateLimitStore();

/** Threads that have too much to do, when the story says so. */
class BusyHasher extends BcryptPasswordHasher {
  waiting = 0;

  override get queue() {
    return { waiting: this.waiting, maxQueue: 4 };
  }

  override verify(password: string, storedHash: string | null): Promise<boolean> {
    if (this.waiting === 4) return Promise.reject(new ServiceUnavailableError(2));
    return super.verify(password, storedHash);
  }
}
const hasher = new BusyHasher({ rounds: 4, allowInsecureRounds: true, workers: 1 });

/** Keeps people out whose address begins so. */
@Injectable()
class Doorman {
  @BeforeUserLogin()
  refuse({ user }: BeforeUserLoginEvent): void {
    if (user.email.startsWith('vetoed')) throw new ImATeapotException();
  }
}

const verifiedOnly = (sessions: TokenStore): AuthBackend =>
  new AuthBackend({
    name: 'verified',
    transport: new BearerTransport(),
    strategy: new StoredTokenStrategy({ store: sessions }),
    requireVerified: true,
  });

tell(
  'Telemetry',
  bare,
  (stage) => {
    const logIn = (username: string, password: string, backend = 'jwt') =>
      stage.host.send({
        method: 'POST',
        path: `/users/login/${backend}`,
        body: { username, password },
      });

    it('counts logins, by what became of each', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const gone = await newcomer(host, 'jwt', { isActive: false });
      const [email, password] = [newEmail('vetoed'), newPassword()];
      await host.users.create({ email, password });
      const seen = await probe.during(async () => {
        for (const [name, word, backend] of [
          [anna.email, anna.password, 'jwt'],
          [anna.email, anna.password, 'jwt'],
          [anna.email, 'wrong horse', 'jwt'],
          [newEmail(), 'wrong horse', 'jwt'],
          [gone.email, gone.password, 'jwt'],
          [email, password, 'jwt'],
          [anna.email, anna.password, 'verified'],
          [anna.email, anna.password, 'nowhere'],
        ] as const) {
          await logIn(name, word, backend);
        }
      });
      expect(seen.of('login.attempts')).toHaveLength(6);
      expect(seen.of('login.attempts')).toEqual(
        expect.arrayContaining([
          { value: 2, attributes: { backend: 'jwt', outcome: 'ok' } },
          { value: 1, attributes: { backend: 'jwt', outcome: 'wrong_password' } },
          { value: 1, attributes: { backend: 'jwt', outcome: 'unknown_account' } },
          { value: 1, attributes: { backend: 'jwt', outcome: 'inactive' } },
          { value: 1, attributes: { backend: 'jwt', outcome: 'vetoed' } },
          { value: 1, attributes: { backend: 'verified', outcome: 'unverified' } },
        ]),
      );
      expect(seen.unitOf('login.attempts')).toBe('{attempt}');
    });

    it('times hashes by what they are for, and tells how many wait', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const seen = await probe.during(async () => {
        await logIn(anna.email, anna.password);
        await host.users.create({ email: newEmail(), password: newPassword() });
      });
      expect(seen.of('hash.duration')).toEqual(
        expect.arrayContaining([
          { value: 1, attributes: { operation: 'verify', outcome: 'ok' } },
          { value: 1, attributes: { operation: 'hash', outcome: 'ok' } },
        ]),
      );
      expect(seen.unitOf('hash.duration')).toBe('s');
      expect(seen.of('hash.queue.length')).toEqual([{ value: 0, attributes: {} }]);
    });

    it('sees a queue of hashes that is full, and what it refuses', async () => {
      hasher.waiting = 4;
      const seen = await probe.during(async () => {
        expect((await logIn(newEmail(), 'wrong horse')).status).toBe(503);
      });
      expect(seen.outcomes('login.attempts')).toEqual({ service_unavailable: 1 });
      expect(seen.outcomes('hash.duration')).toEqual({ service_unavailable: 1 });
      expect(seen.of('hash.queue.length')).toEqual([{ value: 4, attributes: {} }]);
      hasher.waiting = 0;
    });

    it('counts registrations, by what became of each', async () => {
      const { host } = stage;
      const [email, password] = [newEmail(), newPassword()];
      const seen = await probe.during(async () => {
        for (const body of [
          { email, password },
          { email, password },
          { email: newEmail(), password: 'password' },
        ]) {
          await host.send({ method: 'POST', path: '/users/register', body });
        }
      });
      expect(seen.outcomes('registration.attempts')).toEqual({
        ok: 1,
        register_user_already_exists: 1,
        register_invalid_password: 1,
      });
    });

    it('counts credentials of requests; one that carries none is none', async () => {
      const { host } = stage;
      const [anna, otto] = [await newcomer(host), await newcomer(host, 'opaque')];
      const bearer = (token: string) => ({
        path: '/users/me',
        headers: { authorization: `Bearer ${token}` },
      });
      const seen = await probe.during(async () => {
        await anna.me();
        await otto.me();
        await host.send({ path: '/users/me' });
        await host.send(bearer('nonsense'));
        store.isAway = true;
        await otto.me();
        store.isAway = false;
      });
      const lines = seen.of('token.lookups');
      const count = (backend: string, outcome: string): number =>
        lines.find(
          ({ attributes }) =>
            attributes['backend'] === backend && attributes['outcome'] === outcome,
        )?.value ?? 0;
      expect([count('jwt', 'valid'), count('opaque', 'valid')]).toEqual([1, 1]);
      expect(count('opaque', 'error')).toBe(1);
      expect(count('cookie', 'invalid')).toBe(0);
      // Each bearer backend is asked for a token that none of them knows.
      expect(count('jwt', 'invalid')).toBeGreaterThan(0);
    });

    it('costs the hot path a count, and no span', async () => {
      const { host } = stage;
      const { access } = await pairFor(await newcomer(host), 'mobile');
      const headers = { authorization: `Bearer ${access}` };
      const seen = await probe.during(() => host.send({ path: '/users/me', headers }));
      expect(seen.names).toEqual(['nestjs_users.hash.queue.length', 'nestjs_users.token.lookups']);
      expect(seen.outcomes('token.lookups')).toEqual({ valid: 1 });
      expect(seen.spans).toEqual([]);
    });

    it('counts refreshes, and tokens that are used again', async () => {
      const { host } = stage;
      const { refresh } = await pairFor(await newcomer(host), 'mobile');
      const seen = await probe.during(async () => {
        await refreshWith(host, 'mobile', refresh);
        await refreshWith(host, 'mobile', refresh);
        await refreshWith(host, 'mobile', refresh);
        await refreshWith(host, 'mobile', 'nonsense');
      });
      expect(seen.outcomes('token.refreshes')).toEqual({ ok: 1, reused: 1, ended: 1, invalid: 1 });
    });

    it('counts what limits refuse, by their kind, and a store of limits that fails', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const forget = () =>
        host.send({ method: 'POST', path: '/users/forgot-password', body: { email: anna.email } });
      const seen = await probe.during(async () => {
        for (let count = 0; count < 5; count++) await forget();
        await host.events.during(forget);
        for (let count = 0; count < 40; count++) await logIn(anna.email, 'wrong horse');
      });
      expect(seen.of('limit.refusals')).toEqual(
        expect.arrayContaining([
          { value: 3, attributes: { limit: 'forgot-password', by: 'account' } },
          { value: 10, attributes: { limit: 'password', by: 'account' } },
        ]),
      );
      expect(seen.outcomes('login.attempts')['too_many_attempts']).toBe(10);
      expect(seen.of('limit.store.failures')).toEqual([]);

      rateLimitStore.isAway = true;
      const away = await probe.during(() => logIn(anna.email, 'wrong horse'));
      rateLimitStore.isAway = false;
      expect(away.of('limit.store.failures')[0]?.value).toBeGreaterThan(0);
    });

    it('tells what a login is made of, and that a refusal is no error', async () => {
      const anna = await newcomer(stage.host);
      const seen = await probe.during(async () => {
        await logIn(anna.email, anna.password);
        await logIn(anna.email, 'wrong horse');
      });
      const tree = seen.spans.map(({ name, attributes, parentSpanContext, status }) => [
        seen.spans.find((other) => other.spanContext().spanId === parentSpanContext?.spanId)?.name,
        name,
        attributes['nestjs_users.outcome'],
        status.code,
      ]);
      expect(tree).toEqual([
        ['nestjs_users.authenticate', 'nestjs_users.hash', 'ok', 0],
        [undefined, 'nestjs_users.authenticate', 'ok', 0],
        [undefined, 'nestjs_users.login', 'ok', 0],
        ['nestjs_users.authenticate', 'nestjs_users.hash', 'ok', 0],
        [undefined, 'nestjs_users.authenticate', 'wrong_password', 0],
      ]);
    });

    it('tells which flow was slow or broken', async () => {
      const { host } = stage;
      const anna = await newcomer(host, 'opaque');
      await host.users.forgotPassword(anna.email);
      const [token = ''] = await host.events.resetTokens(anna.email);
      const seen = await probe.during(async () => {
        const body = { token, password: newPassword() };
        await host.send({ method: 'POST', path: '/users/reset-password', body });
        await host.send({ method: 'POST', path: '/users/verify', body: { token } });
        store.isAway = true;
        await logIn(anna.email, body.password, 'opaque');
        store.isAway = false;
      });
      const found = (name: string) => {
        const span = seen.spans.find((other) => other.name === `nestjs_users.${name}`);
        const { 'nestjs_users.outcome': outcome, 'error.type': type } = span?.attributes ?? {};
        return { outcome, type, code: span?.status.code };
      };
      expect(found('reset_password')).toEqual({ outcome: 'ok', type: undefined, code: 0 });
      expect(found('verify')).toMatchObject({ outcome: 'verify_user_bad_token', code: 0 });
      expect(found('login')).toEqual({
        outcome: 'service_unavailable',
        type: 'ServiceUnavailableError',
        code: 2,
      });
    });

    it('LO-01: says of nobody who they are', async () => {
      const { host } = stage;
      const anna = await newcomer(host, 'opaque');
      const seen = await probe.during(async () => {
        await anna.login();
        await anna.login('wrong horse');
        await anna.me();
        await host.users.forgotPassword(anna.email);
        await anna.send({ method: 'DELETE', path: '/users/nobody' });
      });
      const said = seen.print();
      expect(said).toContain('nestjs_users.authenticate');
      for (const secret of [
        anna.id,
        anna.email,
        anna.password,
        anna.credential['authorization']?.slice(7) ?? anna.email,
        '127.0.0.1',
      ]) {
        expect(said).not.toContain(secret);
      }
    });
  },
  {
    store,
    backends: (sessions) => [
      ...refreshBackends(sessions, { graceSeconds: 0 }),
      new AuthBackend({
        name: 'opaque',
        transport: new BearerTransport(),
        strategy: new StoredTokenStrategy({ store: sessions }),
      }),
      verifiedOnly(sessions),
    ],
    providers: [Doorman],
    extras: { routes: { refresh: true } },
    options: {
      rateLimitStore,
      attemptLimits: {
        perAccount: { max: 30, perSeconds: 900 },
        perAddress: { max: 10_000, perSeconds: 900 },
      },
      passwordHasher: hasher,
    },
  },
);

it('nothing is told with telemetry: false, nor after the application has ended', async () => {
  const [setup] = bare;
  const seen = await probe.during(async () => {
    const host = await Host.start(setup!, { options: { telemetry: false } });
    const anna = await newcomer(host);
    expect((await anna.me()).status).toBe(200);
    await host.close();
  });
  expect(seen.names).toEqual([]);
  expect(seen.spans).toEqual([]);
});
