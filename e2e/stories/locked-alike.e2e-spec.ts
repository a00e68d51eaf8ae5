import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn, newAddress, statuses, tryPassword } from '../harness/attempts.js';
import { type Answer, visible } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** So many passwords for one account, and so many of anything else from one address. */
const MAX = 5;

/** Everybody whom a stranger must not tell from somebody who is not there. */
async function accounts({ users }: Host): Promise<Readonly<Record<string, string>>> {
  const password = newPassword();
  const [unknown, known, verified, superuser, inactive, passwordless] = Array.from(
    { length: 6 },
    () => newEmail(),
  ) as [string, string, string, string, string, string];
  await users.create({ email: known, password });
  await users.create({ email: verified, password, isVerified: true });
  await users.create({ email: superuser, password, isSuperuser: true });
  await users.create({ email: inactive, password, isActive: false });
  await users.create({ email: passwordless });
  return { unknown, known, verified, superuser, inactive, passwordless };
}

const ask = (route: string) => (host: Host, email: string, from: string) =>
  host.send({ method: 'POST', path: `/users/${route}`, body: { email }, from });

const doors = {
  'login/jwt': (host: Host, email: string, from: string) =>
    tryPassword(host, email, 'wrong horse', { from }),
  'forgot-password': ask('forgot-password'),
  'request-verify-token': ask('request-verify-token'),
} as const;

tell(
  'Refusals by a limit',
  everyPlatform,
  (stage) => {
    // Retry-After is a header as well: no second begins between two answers.
    beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
    afterEach(() => vi.useRealTimers());

    it.each(Object.entries(doors))(
      'EN-08, RL-05: POST /%s says the same of whoever is there and of nobody, headers and all',
      async (_route, send) => {
        const { host } = stage;
        const curve = async (email: string): Promise<Answer[]> => {
          const from = newAddress();
          return inTurn(MAX + 3, async () => {
            vi.advanceTimersByTime(1500);
            return send(host, email, from);
          });
        };
        const { unknown = '', ...others } = await accounts(host);
        const expected = await curve(unknown);
        expect(statuses(expected).slice(MAX)).toEqual([429, 429, 429]);
        expect(expected.at(-1)?.headers['retry-after']).toBe('890');
        for (const [kind, email] of Object.entries(others)) {
          const seen = (await curve(email)).map(visible);
          expect(seen, kind).toEqual(expected.map(visible));
        }
      },
    );

    it('EN-08, RL-05: so is the account that many have guessed at, wherever they sit', async () => {
      const { host } = stage;
      const { unknown = '', ...others } = await accounts(host);
      const curve = async (email: string): Promise<unknown[]> =>
        inTurn(MAX + 3, async () =>
          visible(await tryPassword(host, email, 'wrong horse', { from: newAddress() })),
        );
      const expected = await curve(unknown);
      expect(expected.at(-1)).toMatchObject({ status: 429, headers: { 'retry-after': '900' } });
      for (const [kind, email] of Object.entries(others)) {
        expect(await curve(email), kind).toEqual(expected);
      }
    });
  },
  {
    options: {
      securityLog: true,
      attemptLimits: {
        perAccount: { max: MAX, perSeconds: 900 },
        perAddress: { max: MAX, perSeconds: 900 },
      },
    },
  },
);
