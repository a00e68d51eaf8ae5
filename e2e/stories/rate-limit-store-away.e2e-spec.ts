import {
  MemoryRateLimitStore,
  type RateLimit,
  RateLimitStore,
  UserForgotPasswordEvent,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { inTurn, newAddress, statuses, tryPassword } from '../harness/attempts.js';
import { askFor } from '../harness/email-change.js';
import { expectError } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** A store that several processes share, on a bad day. */
class RemoteStore extends RateLimitStore {
  isAway = false;
  readonly #counts = new MemoryRateLimitStore();

  async take(key: string, limit: RateLimit): Promise<number> {
    this.#ask();
    return this.#counts.take(key, limit);
  }

  async has(key: string): Promise<boolean> {
    this.#ask();
    return this.#counts.has(key);
  }

  async reset(key: string): Promise<void> {
    this.#ask();
    return this.#counts.reset(key);
  }

  #ask(): void {
    if (this.isAway) throw new Error('connect ECONNREFUSED 127.0.0.1:6379');
  }
}

const store = new RemoteStore();
const MAX = 5;

tell(
  'A store of limits that is away',
  everyPlatform,
  (stage) => {
    const warnings = (): number =>
      stage.host.log.filter((line) => line.includes('rateLimitStore')).length;

    it('R-07: keeps no mail back, and the limit holds in the process', async () => {
      const { host } = stage;
      const { email } = await newcomer(host);
      const forget = () =>
        host.send({ method: 'POST', path: '/users/forgot-password', body: { email } });
      const before = warnings();
      store.isAway = true;
      const events = await host.events.during(async () => {
        for (let count = 0; count < 5; count++) expect((await forget()).status).toBe(202);
      });
      store.isAway = false;
      expect(events).toEqual(Array(3).fill(expect.any(UserForgotPasswordEvent)));
      expect(warnings() - before).toBe(1);

      const later = await host.events.during(forget);
      expect(later).toEqual([expect.any(UserForgotPasswordEvent)]);
    });

    it('R-07: hinders neither a registration nor a change of address', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      store.isAway = true;
      const body = { email: newEmail(), password: newPassword() };
      const events = await host.events.during(async () => {
        const answer = await host.send({ method: 'POST', path: '/users/register', body });
        expect(answer.status).toBe(201);
      });
      expect(events.at(-1)).toBeInstanceOf(UserVerificationRequestedEvent);
      for (let count = 0; count < 3; count++) {
        expect((await askFor(anna, newEmail())).status).toBe(200);
      }
      expectError(await askFor(anna, newEmail()), 429, 'TOO_MANY_ATTEMPTS');
      store.isAway = false;
    });
  },
  {
    extras: { emailChange: 'confirmed' },
    options: { rateLimitStore: store, requestVerificationOnRegister: true },
  },
);

tell(
  'A store of limits on attempts that is away',
  everyPlatform,
  (stage) => {
    const warnings = (): number =>
      stage.host.log.filter((line) => line.includes('rateLimitStore')).length;

    it('R-07, RL-14: bounds guesses all the same, by the count of the process', async () => {
      const { host } = stage;
      const { email } = await newcomer(host);
      const before = warnings();
      host.hasher.reset();
      store.isAway = true;
      const answers = await inTurn(30, (n) =>
        tryPassword(host, email, `wrong ${n}`, { from: newAddress() }),
      );
      store.isAway = false;
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), ...Array(30 - MAX).fill(429)]);
      expectError(answers.at(-1)!, 429, 'TOO_MANY_ATTEMPTS');
      expect(host.hasher.verifications).toBe(MAX);
      expect(warnings() - before).toBe(1);
    });

    it('R-07, RL-14: which comes and goes gives at most twice the budget', async () => {
      const { host } = stage;
      const { email } = await newcomer(host);
      host.hasher.reset();
      await inTurn(60, (n) => {
        store.isAway = n % 3 === 0;
        return tryPassword(host, email, `wrong ${n}`, { from: newAddress() });
      });
      store.isAway = false;
      expect(host.hasher.verifications).toBeGreaterThanOrEqual(MAX);
      expect(host.hasher.verifications).toBeLessThanOrEqual(2 * MAX);
    });

    it('RL-04, RL-14: strangers who guess meanwhile lock nobody out at home', async () => {
      const { host } = stage;
      const { email, password } = await newcomer(host);
      const home = newAddress();
      await tryPassword(host, email, password, { from: home });
      store.isAway = true;
      await inTurn(20, () => tryPassword(host, email, 'wrong', { from: newAddress() }));
      const elsewhere = await tryPassword(host, email, password, { from: newAddress() });
      const there = await tryPassword(host, email, password, { from: home });
      store.isAway = false;
      expect([elsewhere.status, there.status]).toEqual([429, 200]);
    });

    it('R-07, RL-14: keeps nobody out who has the right password', async () => {
      const { host } = stage;
      const { email, password } = await newcomer(host);
      store.isAway = true;
      const answer = await tryPassword(host, email, password, { from: newAddress() });
      store.isAway = false;
      expect(answer.status).toBe(200);
    });
  },
  {
    options: {
      rateLimitStore: store,
      attemptLimits: { perAccount: { max: MAX, perSeconds: 600 } },
    },
  },
);
