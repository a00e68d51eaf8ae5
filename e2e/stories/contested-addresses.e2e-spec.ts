import { UserEmailChangedEvent, UserRegisteredEvent, type UsersEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { askFor, confirmChange, CONFIRMED, pendingChange } from '../harness/email-change.js';
import { expectError } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

const register = (host: Host, email: string): Promise<Answer> => {
  const body = { email, password: newPassword() };
  return host.send({ method: 'POST', path: '/users/register', body });
};

/** How somebody else comes by an address before it is confirmed. */
const takers: Readonly<Record<string, (host: Host, email: string) => Promise<unknown>>> = {
  'by registering it': async (host, email) => {
    expect((await register(host, email.toUpperCase())).status).toBe(201);
  },
  'with a verified account': (host, email) => host.users.create({ email, isVerified: true }),
  'by confirming it first': async (host, email) => {
    const otto = await newcomer(host);
    const { token } = await pendingChange(otto, email.toUpperCase());
    expect((await confirmChange(host, token)).status).toBe(200);
  },
  'from a superuser': async (host, email) => {
    const admin = await newcomer(host, 'jwt', { isSuperuser: true });
    const { id } = await newcomer(host);
    const change = { method: 'PATCH', path: `/users/${id}`, body: { email, isVerified: true } };
    expect((await admin.send(change)).status).toBe(200);
  },
};

/** One of several has got the address; the others were told so, and are as they were. */
async function expectOneWinner(
  host: Host,
  email: string,
  answers: readonly Answer[],
  events: readonly UsersEvent[],
): Promise<number> {
  const winners = answers.flatMap(({ status }, index) => (status < 300 ? [index] : []));
  expect(winners).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status >= 300)) {
    expect(answer.status).toBe(400);
    expect(answer.body.code).toMatch(/^(REGISTER_USER|UPDATE_USER_EMAIL)_ALREADY_EXISTS$/);
  }
  const winning = events.filter(
    (event) => event instanceof UserEmailChangedEvent || event instanceof UserRegisteredEvent,
  );
  expect(winning).toHaveLength(1);
  expect(winning[0]).toMatchObject({ user: { email } });
  const owner = await host.row({ canonicalEmail: email });
  expect(answers[winners[0]!]?.body).toMatchObject({ id: owner?.id, email });
  return winners[0]!;
}

const newcomers = (host: Host, count: number): Promise<Persona[]> =>
  Promise.all(Array.from({ length: count }, () => newcomer(host)));

tell(
  'An address that several people want',
  everySetup,
  (stage) => {
    it.each(Object.entries(takers))(
      'VF-08: cannot be confirmed any more when somebody got it %s; and nothing else changes',
      async (_how, take) => {
        const { host } = stage;
        const anna = await newcomer(host, 'cookie', { isVerified: true });
        const { token, newEmail: email } = await pendingChange(anna);
        await take(host, email);
        const before = await host.row({ id: anna.id });
        const events = await host.events.during(async () => {
          for (let count = 0; count < 2; count++) {
            const refused = await confirmChange(host, token);
            expectError(refused, 400, 'UPDATE_USER_EMAIL_ALREADY_EXISTS');
          }
        });
        expect(events).toEqual([]);
        expect(await host.row({ id: anna.id })).toEqual(before);
        expect((await anna.me()).body).toMatchObject({ email: anna.email, isVerified: true });

        // The mailbox was proven: should the address be free again in time, the link is still good.
        const { id } = (await host.row({ canonicalEmail: email }))!;
        await host.users.delete({ id });
        expect((await confirmChange(host, token)).body).toMatchObject({ email });
      },
    );

    it('VF-07: of ten who wait for it, one confirms it first', async () => {
      const { host } = stage;
      const email = newEmail('wanted');
      const waiting = await newcomers(host, 10);
      const tokens = await Promise.all(
        waiting.map(async (persona) => (await pendingChange(persona, email)).token),
      );
      let answers: Answer[] = [];
      const events = await host.events.during(async () => {
        answers = await Promise.all(tokens.map((token) => confirmChange(host, token)));
      });
      const winner = await expectOneWinner(host, email, answers, events);
      for (const [index, { id, email: own }] of waiting.entries()) {
        const row = await host.row({ id });
        if (index === winner) expect(row).toMatchObject({ email, pendingEmail: null });
        else expect(row).toMatchObject({ email: own, pendingEmail: email, isVerified: false });
      }
    });

    it('VF-07: is confirmed by one, or registered by another, but not both', async () => {
      const { host } = stage;
      for (let round = 0; round < 5; round++) {
        const email = newEmail('wanted');
        const { token } = await pendingChange(await newcomer(host), email);
        let answers: Answer[] = [];
        const events = await host.events.during(async () => {
          const claims = [confirmChange(host, token), register(host, email)];
          answers = await Promise.all(round % 2 ? claims : claims.toReversed());
        });
        await expectOneWinner(host, email, answers, events);
      }
    });
  },
  CONFIRMED,
);

describe('Where a new address counts at once', () => {
  tell('An address that several people want', everySetup, (stage) => {
    it('VF-07: goes to one of ten who change to it at once', async () => {
      const { host } = stage;
      const email = newEmail('wanted');
      const all = await newcomers(host, 10);
      let answers: Answer[] = [];
      const events = await host.events.during(async () => {
        answers = await Promise.all(all.map((persona) => askFor(persona, email)));
      });
      const winner = await expectOneWinner(host, email, answers, events);
      for (const [index, { id, email: own }] of all.entries()) {
        if (index !== winner) expect(await host.row({ id })).toMatchObject({ email: own });
      }
    });
  });
});
