import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectError } from '../harness/errors.js';
import { FrailTokenStore } from '../harness/frail-token-store.js';
import { newcomer } from '../harness/persona.js';
import { sessionBackends, storedBackends } from '../harness/session-backends.js';
import { everyPlatform, tell } from '../harness/tell.js';

const store = new FrailTokenStore();

/** Texts that are no token of any kind, too long ones among them. */
const NO_TOKENS = [
  'x',
  'A'.repeat(42),
  'A'.repeat(44),
  'A'.repeat(513),
  'a.b.c',
  `${'A'.repeat(42)}+`,
];

afterEach(() => {
  Object.assign(store, { isAway: false, isReadOnly: false });
  vi.useRealTimers();
});

tell(
  'A store of sessions',
  everyPlatform,
  (stage) => {
    it.each(NO_TOKENS)('OT-09: is not asked for what cannot be a token: %s', async (token) => {
      const { calls } = store;
      const headers = { authorization: `Bearer ${token}`, cookie: `__Host-users-session=${token}` };
      expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
      expect(store.calls).toBe(calls);
    });

    describe.each(storedBackends)('that is away, for %s', (backend) => {
      it('TK-17, D11: 503, and nobody is logged out by it', async () => {
        const anna = await newcomer(stage.host, backend);
        store.isAway = true;
        const logout = { method: 'POST', path: `/users/logout/${backend}` };
        for (const message of [{ path: '/users/me' }, logout]) {
          const answer = await anna.send(message);
          expectError(answer, 503, 'SERVICE_UNAVAILABLE');
          expect(answer.headers['retry-after']).toBe('1');
          expect(answer.cookies).toEqual([]);
        }
        const body = { username: anna.email, password: anna.password };
        const login = { method: 'POST', path: `/users/login/${backend}`, body };
        const refused = await stage.host.send(login);
        expectError(refused, 503, 'SERVICE_UNAVAILABLE');
        expect(refused.cookies).toEqual([]);
        store.isAway = false;
        expect((await anna.me()).status).toBe(200);
      });

      it('TK-17: other backends go on', async () => {
        const anna = await newcomer(stage.host, backend);
        const otto = await newcomer(stage.host, 'jwt');
        store.isAway = true;
        expect((await otto.me()).status).toBe(200);
        const both = { ...anna.credential, ...otto.credential };
        expect((await stage.host.send({ path: '/users/me', headers: both })).status).toBe(200);
      });

      it('OT-10: that cannot write a use down fails no request', async () => {
        const anna = await newcomer(stage.host, backend);
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
        store.isReadOnly = true;
        expect((await anna.me()).status).toBe(200);
        expect(stage.host.log.join('\n')).toContain('could not be written down');
      });

      it('OT-08: that forgets everything logs out, and lets nobody in as another', async () => {
        const anna = await newcomer(stage.host, backend);
        store.clear();
        await newcomer(stage.host, backend);
        expect((await anna.me()).status).toBe(401);
      });
    });
  },
  { backends: sessionBackends, store },
);
