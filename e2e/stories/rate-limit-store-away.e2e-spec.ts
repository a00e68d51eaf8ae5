import {
  MemoryRateLimitStore,
  type RateLimit,
  RateLimitStore,
  UserForgotPasswordEvent,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { expect, it } from 'vitest';
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
