import type { AttemptLimitsOptions } from '@nestjs-users/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { inTurn, newAddress, statuses, tryPassword } from '../harness/attempts.js';
import type { Answer } from '../harness/client.js';
import { expectError } from '../harness/errors.js';
import { Host, type HostOptions } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { askForMail, resetBy } from '../harness/recovery.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

/** A host with these limits on attempts; the usual ones by default. */
const limitedBy = (attemptLimits: AttemptLimitsOptions = {}): HostOptions => ({
  options: { attemptLimits },
  extras: { routes: { deleteMe: true } },
});

const logIn = (host: Host, username: string, password: string, from: string): Promise<Answer> =>
  tryPassword(host, username, password, { from });

const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

tell(
  'Limits on attempts',
  bare,
  (stage) => {
    let anna: Persona;
    beforeEach(async () => {
      anna = await newcomer(stage.host, 'jwt', { isActive: true });
      stage.host.hasher.reset();
    });

    it('RL-01, RL-02, RL-03: of 150 guesses from 50 addresses ten reach the hasher', async () => {
      const { host } = stage;
      const addresses = Array.from({ length: 50 }, newAddress);
      const answers = await inTurn(150, (n) =>
        logIn(host, anna.email, `wrong guess ${n}`, addresses[n % 50]!),
      );
      expect(host.hasher.verifications).toBe(10);
      expect(statuses(answers).filter((status) => status === 429)).toHaveLength(140);
      const refusal = answers.at(-1)!;
      expectError(refusal, 429, 'TOO_MANY_ATTEMPTS');
      expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(850);
      expect(Number(refusal.headers['retry-after'])).toBeLessThanOrEqual(900);
    });

    it('RL-06: of 50 guesses at once no more than ten do', async () => {
      const { host } = stage;
      const address = newAddress();
      const answers = await times(50, (n) => logIn(host, anna.email, `wrong ${n}`, address));
      expect(host.hasher.verifications).toBe(10);
      expect(statuses(answers).filter((status) => status === 400)).toHaveLength(10);
    });

    it('EN-08, RL-05: an address that nobody has is locked alike', async () => {
      const { host } = stage;
      const [known, unknown] = await Promise.all(
        [anna.email, newEmail()].map((email) => {
          const from = newAddress();
          return inTurn(15, (n) => logIn(host, email, `wrong ${n}`, from));
        }),
      );
      const seen = (answers: Answer[]) => answers.map(({ status, text }) => [status, text]);
      expect(seen(known!)).toEqual(seen(unknown!));
    });

    it('RL-05: while it lasts, the right password is no better than a wrong one', async () => {
      const { host } = stage;
      await inTurn(10, (n) => logIn(host, anna.email, `wrong ${n}`, newAddress()));
      const right = await logIn(host, anna.email, anna.password, newAddress());
      expectError(right, 429, 'TOO_MANY_ATTEMPTS');
    });

    it('RL-04: strangers who guess lock nobody out where they have logged in before', async () => {
      const { host } = stage;
      const home = newAddress();
      const { body } = await logIn(host, anna.email, anna.password, home);
      await inTurn(20, (n) => logIn(host, anna.email, `wrong ${n}`, newAddress()));

      const headers = { authorization: `Bearer ${body.access_token}` };
      expect((await host.send({ path: '/users/me', headers })).status).toBe(200);
      expect((await logIn(host, anna.email, anna.password, home)).status).toBe(200);
      // That login has opened the account again; a few guesses later strangers are out, home is not.
      await inTurn(20, (n) => logIn(host, anna.email, `wrong ${n}`, newAddress()));
      expect((await logIn(host, anna.email, anna.password, newAddress())).status).toBe(429);
      expect((await logIn(host, anna.email, anna.password, home)).status).toBe(200);
    });

    it('RL-04: nor anywhere else, once they have chosen a new password by mail', async () => {
      const { host } = stage;
      const cafe = newAddress();
      await inTurn(20, (n) => logIn(host, anna.email, `wrong ${n}`, newAddress()));
      expect((await logIn(host, anna.email, anna.password, cafe)).status).toBe(429);
      await askForMail(host, 'forgot-password', anna.email);
      const [token = ''] = await host.events.resetTokens(anna.email);
      const password = newPassword();
      expect((await resetBy(host, token, password)).status).toBe(200);
      expect((await logIn(host, anna.email, password, cafe)).status).toBe(200);
    });

    it('RL-04: nor while the attack goes on: whoever has the mail gets in where they read it', async () => {
      const { host } = stage;
      const cafe = newAddress();
      const end = new AbortController();
      const attack = async () => {
        while (!end.signal.aborted) await logIn(host, anna.email, 'wrong', newAddress());
      };
      const attackers = times(4, attack);
      await inTurn(11, () => logIn(host, anna.email, 'wrong', newAddress()));
      await askForMail(host, 'forgot-password', anna.email);
      const [token = ''] = await host.events.resetTokens(anna.email);
      const body = { token, password: newPassword() };
      const path = '/users/reset-password';
      const reset = await host.send({ method: 'POST', path, body, from: cafe });
      expect(reset.status).toBe(200);
      // The strangers' budget is used up again by now.
      await inTurn(11, () => logIn(host, anna.email, 'wrong', newAddress()));
      const elsewhere = await logIn(host, anna.email, body.password, newAddress());
      const there = await logIn(host, anna.email, body.password, cafe);
      end.abort();
      await attackers;
      expect([elsewhere.status, there.status]).toEqual([429, 200]);
    });

    it('RL-04: and whoever guesses at home is out there as well', async () => {
      const { host } = stage;
      const home = newAddress();
      await logIn(host, anna.email, anna.password, home);
      const answers = await inTurn(12, (n) => logIn(host, anna.email, `wrong ${n}`, home));
      expect(statuses(answers)).toEqual([...Array(10).fill(400), 429, 429]);
    });

    it('RL-08: other spellings and fields are the same account', async () => {
      const { host } = stage;
      const spellings = [anna.email.toUpperCase(), anna.email.replace('anna', 'ANNA'), anna.email];
      await inTurn(10, (n) => logIn(host, spellings[n % 3]!, `wrong ${n}`, newAddress()));
      for (const body of [
        { email: anna.email, password: 'x' },
        { username: anna.email.toUpperCase(), password: 'x', extra: newEmail() },
        { username: anna.email, email: newEmail(), password: 'x' },
      ]) {
        const message = { method: 'POST', path: '/users/login/jwt?username=x', body };
        expect((await host.send({ ...message, from: newAddress() })).status).toBe(429);
      }
    });

    it('RL-12: guesses of the current password are guesses of the same account', async () => {
      const { host } = stage;
      const from = newAddress();
      const wish = (currentPassword: string) =>
        anna.send({
          method: 'PATCH',
          path: '/users/me',
          body: { currentPassword, password: newPassword() },
          from,
        });
      const leave = () =>
        anna.send({
          method: 'DELETE',
          path: '/users/me',
          body: { currentPassword: 'wrong' },
          from,
        });
      await inTurn(4, (n) => wish(`wrong ${n}`));
      await inTurn(3, leave);
      await inTurn(3, (n) => logIn(host, anna.email, `wrong ${n}`, from));
      expect(host.hasher.verifications).toBe(10);
      for (const answer of [await wish(anna.password), await leave()]) {
        expectError(answer, 429, 'TOO_MANY_ATTEMPTS');
      }
      expect((await logIn(host, anna.email, anna.password, from)).status).toBe(429);
      expect((await anna.me()).status).toBe(200);
    });

    it('RL-11: a right password forgets what was counted against the account', async () => {
      const { host } = stage;
      for (let round = 0; round < 5; round++) {
        const from = newAddress();
        const answers = await inTurn(9, (n) => logIn(host, anna.email, `wrong ${n}`, from));
        expect(new Set(statuses(answers))).toEqual(new Set([400]));
        expect((await logIn(host, anna.email, anna.password, from)).status).toBe(200);
      }
    });
  },
  limitedBy(),
);

tell(
  'Limits on what one client tries',
  bare,
  (stage) => {
    it('RL-02: guesses for many accounts are counted for the address they come from', async () => {
      const { host } = stage;
      const from = newAddress();
      const answers = await inTurn(8, () => logIn(host, newEmail(), 'wrong', from));
      expect(statuses(answers)).toEqual([400, 400, 400, 400, 400, 429, 429, 429]);
      expect((await logIn(host, newEmail(), 'wrong', newAddress())).status).toBe(400);
    });

    it('RL-11: logging in to an account of one’s own in between changes nothing', async () => {
      const { host } = stage;
      const from = newAddress();
      const own = await newcomer(host);
      expect((await logIn(host, own.email, own.password, from)).status).toBe(200);
      const answers = await inTurn(6, async () => {
        await logIn(host, own.email, own.password, from);
        return logIn(host, newEmail(), 'wrong', from);
      });
      expect(statuses(answers)).toEqual([400, 400, 400, 400, 429, 429]);
    });

    it('RL-02: logging in without end is bounded for one client as well', async () => {
      const { host } = stage;
      const from = newAddress();
      const own = await newcomer(host);
      await logIn(host, own.email, own.password, from);
      host.hasher.reset();
      const answers = await inTurn(60, () => logIn(host, own.email, own.password, from));
      expect(statuses(answers)).toEqual([...Array(50).fill(200), ...Array(10).fill(429)]);
      expect(host.hasher.verifications).toBe(50);
      expectError(answers.at(-1)!, 429, 'TOO_MANY_ATTEMPTS');
    });

    it.each([
      ['registrations', 201, () => ['register', { email: newEmail(), password: newPassword() }]],
      ['requests for mails', 202, () => ['forgot-password', { email: newEmail() }]],
      ['tokens out of mails', 400, () => ['verify', { token: 'x.y.z' }]],
    ] as const)('RL-01: %s are, too, each kind for itself', async (_title, usual, make) => {
      const { host } = stage;
      const from = newAddress();
      const send = () => {
        const [route, body] = make();
        return host.send({ method: 'POST', path: `/users/${route}`, body, from });
      };
      const answers = await inTurn(7, send);
      expect(statuses(answers)).toEqual([...Array(5).fill(usual), 429, 429]);
      expectError(answers.at(-1)!, 429, 'TOO_MANY_ATTEMPTS');
      expect((await logIn(host, newEmail(), 'wrong', from)).status).toBe(400);
    });

    it('RL-07: what a client says of its address counts for nothing', async () => {
      const { host } = stage;
      const from = newAddress();
      const answers = await inTurn(7, (n) =>
        host.send({
          method: 'POST',
          path: '/users/login/jwt',
          headers: { 'x-forwarded-for': `192.0.2.${n}`, 'x-real-ip': `192.0.2.${n}` },
          body: { username: newEmail(), password: 'wrong' },
          from,
        }),
      );
      expect(statuses(answers)).toEqual([...Array(5).fill(400), 429, 429]);
      // It may be a proxy of the application's that nobody has told of.
      expect(host.log.filter((line) => line.includes('trust proxy'))).toHaveLength(1);
    });
  },
  limitedBy({ perAddress: { max: 5, perSeconds: 600 } }),
);

describe('Limits on attempts that are none', () => {
  it.each([
    [{ perAccount: { max: 0, perSeconds: 900 } }, /attemptLimits.perAccount.max/],
    [{ perAddress: { max: 1.5, perSeconds: 900 } }, /attemptLimits.perAddress.max/],
    [{ perAddress: { max: 5, perSeconds: 0 } }, /attemptLimits.perAddress.perSeconds/],
  ])('CF-01: %j does not boot', async (attemptLimits, message) => {
    const [setup] = bare;
    await expect(Host.start(setup!, limitedBy(attemptLimits))).rejects.toThrow(message);
  });
});
