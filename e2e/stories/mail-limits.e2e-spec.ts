import {
  MemoryRateLimitStore,
  type RateLimit,
  UserEmailClaimedEvent,
  UserForgotPasswordEvent,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { newAddress } from '../harness/attempts.js';
import { type Answer, visible } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newcomer } from '../harness/persona.js';
import { askForMail, resetBy } from '../harness/recovery.js';
import { everySetup, everyPlatform, tell } from '../harness/tell.js';
import { newEmail, newPassword } from '../harness/leaks.js';

/** Sends what makes a route mail, from an address that has never been seen. */
const asking = (route: string, bodyOf: (email: string) => object) => (host: Host, email: string) =>
  host.send({
    ...{ method: 'POST', path: `/users/${route}`, body: bodyOf(email) },
    from: newAddress(),
  });

/** What a stranger can make the application send, knowing no more than an address. */
const mails = [
  {
    kind: 'forgotten password',
    event: UserForgotPasswordEvent,
    ask: asking('forgot-password', (email) => ({ email })),
  },
  {
    kind: 'verification',
    event: UserVerificationRequestedEvent,
    ask: asking('request-verify-token', (email) => ({ email })),
  },
  {
    kind: 'claimed address',
    event: UserEmailClaimedEvent,
    ask: asking('register', (email) => ({ email, password: newPassword() })),
  },
] as const;

const GENERIC = { extras: { registration: 'generic' } } as const;

/** The address in other letters, as whoever evades a limit would write it. */
const spelt = (email: string, n: number): string =>
  n % 2 ? email.toUpperCase() : email.replace(/^./, (first) => first.toUpperCase());

tell(
  'Mails that strangers cause',
  everySetup.filter(({ flavour }) => flavour === 'hostile'),
  (stage) => {
    describe.each(mails)('about a $kind', ({ event, ask }) => {
      it('RS-13: are three an hour, however often and from wherever they are asked for', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const answers: Answer[] = [];
        const events = await host.events.during(async () => {
          for (let n = 0; n < 20; n++) answers.push(await ask(host, spelt(anna.email, n)));
        });
        expect(events).toHaveLength(3);
        expect(events.every((one) => one instanceof event)).toBe(true);
        // Nor does the limit show: the answers go on as those of an address that nobody has.
        const seen = new Set(answers.map((answer) => JSON.stringify(visible(answer))));
        expect([...seen]).toEqual([JSON.stringify(visible(await ask(host, newEmail('nobody'))))]);
        expect(answers[0]?.status).toBe(202);
      });

      it('RS-13: leave the budget of others, and of other mails, untouched', async () => {
        const { host } = stage;
        const [anna, otto] = [await newcomer(host), await newcomer(host)];
        for (let n = 0; n < 5; n++) await ask(host, anna.email);
        const events = await host.events.during(async () => {
          await ask(host, otto.email);
          for (const other of mails) await other.ask(host, anna.email);
        });
        const kinds = events.map(({ constructor }) => constructor.name).toSorted();
        expect(kinds).toEqual(mails.map((mail) => mail.event.name).toSorted());
      });
    });

    it('RS-13: parallel requests get no more', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const events = await host.events.during(() =>
        Promise.all(
          Array.from({ length: 20 }, () => askForMail(host, 'forgot-password', anna.email)),
        ),
      );
      expect(events).toHaveLength(3);
    });

    it('RS-05: what was sent within the limit works, and the use of one ends the others', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      for (let n = 0; n < 4; n++) await askForMail(host, 'forgot-password', anna.email);
      const tokens = await host.events.resetTokens(anna.email);
      expect(tokens).toHaveLength(3);
      const statuses = [];
      for (const token of tokens) statuses.push((await resetBy(host, token, newPassword())).status);
      expect(statuses).toEqual([200, 400, 400]);
    });
  },
  GENERIC,
);

/** Counts for all processes, and never says no. */
class SharedStore extends MemoryRateLimitStore {
  readonly keys: string[] = [];
  readonly limits: RateLimit[] = [];

  override take(key: string, limit: RateLimit): Promise<number> {
    this.keys.push(key);
    this.limits.push(limit);
    return super.take(key, limit);
  }
}

const store = new SharedStore();

tell(
  'A mail limit with a store of its own',
  everyPlatform,
  (stage) => {
    it('RS-13: asks it, by the id of the account, for what was configured', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const before = store.keys.length;
      const events = await host.events.during(async () => {
        for (let n = 0; n < 4; n++) await askForMail(host, 'forgot-password', spelt(anna.email, n));
        await askForMail(host, 'forgot-password', newEmail('nobody'));
      });
      expect(events).toHaveLength(1);
      const keys = store.keys.slice(before);
      expect(keys).toHaveLength(4);
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toContain(anna.id);
      expect(keys[0]).not.toContain(anna.email);
      expect(store.limits.at(-1)).toEqual({ max: 1, perSeconds: 600 });
    });
  },
  { options: { mailLimit: { max: 1, perSeconds: 600 }, rateLimitStore: store } },
);

tell(
  'No mail limit',
  [everyPlatform[0]!],
  (stage) => {
    it('RS-13: is there where it was switched off', async () => {
      const anna = await newcomer(stage.host);
      const events = await stage.host.events.during(async () => {
        for (let n = 0; n < 10; n++) await askForMail(stage.host, 'forgot-password', anna.email);
      });
      expect(events).toHaveLength(10);
    });
  },
  { options: { mailLimit: false } },
);
