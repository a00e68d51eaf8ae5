import { expect, it } from 'vitest';
import type { ReportedEvent } from '../harness/processes.js';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS, type Runner, type TwoProcesses } from '../harness/two-processes.js';

const patch = ({ headers, password: currentPassword }: Runner, body: object) =>
  ({
    method: 'PATCH',
    path: '/users/me',
    headers,
    body: { currentPassword, ...body },
  }) as const;
const confirm = (token: string | undefined) => ({
  path: '/users/confirm-email-change',
  body: { token },
});
const cancel = (token: string | undefined) => ({
  path: '/users/cancel-email-change',
  body: { token },
});

/** Asks for another address; answers both mails. */
async function ask(two: TwoProcesses, runner: Runner, email: string): Promise<ReportedEvent> {
  const answer = await two.send(patch(runner, { email }));
  expect(answer.status, answer.text).toBe(200);
  return two.event('UserEmailChangeRequestedEvent', runner.email);
}

tellTwoProcesses(
  'A change of address that waits',
  (stage) => {
    it('VF-07: of two people who confirm one address one gets it, the other hears so', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const wished = two.newEmail();
        const people = [await two.newcomer(), await two.newcomer()];
        const tokens = [];
        for (const person of people) tokens.push((await ask(two, person, wished)).token);

        const answers = await two.race(tokens.map(confirm));

        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
        const loser = answers.findIndex(({ status }) => status === 400);
        expect(answers[loser]?.text).toContain('UPDATE_USER_EMAIL_ALREADY_EXISTS');
        const owner = await two.users.findOneBy({ canonicalEmail: wished });
        expect(owner).toMatchObject({ id: people[1 - loser]?.id, isVerified: true });
        const { id, email } = people[loser]!;
        expect(await two.users.findOneBy({ id })).toMatchObject({ email, isVerified: false });
        await two.event('UserEmailChangedEvent', wished);
      }
    });

    it('VF-07: somebody registers with the address at the same moment: one of both has it', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const wished = two.newEmail();
        const anna = await two.newcomer();
        const { token } = await ask(two, anna, wished);

        const [confirmed, registered] = await two.race([
          confirm(token),
          { path: '/users/register', body: { email: wished, password: 'correct horse' } },
        ]);

        expect([
          [200, 400],
          [400, 201],
        ]).toContainEqual([confirmed?.status, registered?.status]);
        const owner = await two.users.findOneByOrFail({ canonicalEmail: wished });
        expect(owner.id === anna.id).toBe(confirmed?.status === 200);
      }
    });

    it('VF-05: ten confirmations are one', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const [anna, wished] = [await two.newcomer(), two.newEmail()];
        const { token } = await ask(two, anna, wished);
        const answers = await two.race(Array.from({ length: 10 }, () => confirm(token)));
        const statuses = answers.map(({ status }) => status).toSorted();
        expect(statuses).toEqual([200, ...Array(9).fill(400)]);
        await two.event('UserEmailChangedEvent', wished);
      }
    });

    it('VF-05: either the confirmation or the cancellation counts', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const [anna, wished] = [await two.newcomer(), two.newEmail()];
        const { token, cancelToken } = await ask(two, anna, wished);

        const [confirmed, cancelled] = await two.race([confirm(token), cancel(cancelToken)]);

        expect([
          [200, 400],
          [400, 204],
        ]).toContainEqual([confirmed?.status, cancelled?.status]);
        const email = confirmed?.status === 200 ? wished : anna.email;
        expect(await two.users.findOneBy({ id: anna.id })).toMatchObject({
          email,
          pendingEmail: null,
        });
      }
    });

    it('OA-11, PW-17: a change that a new password has ended is never confirmed', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const [anna, wished] = [await two.newcomer(), two.newEmail()];
        const { token } = await ask(two, anna, wished);
        const password = `another horse ${round}`;

        const [confirmed, changed] = await two.race([confirm(token), patch(anna, { password })]);

        expect(changed?.status, changed?.text).toBe(200);
        const row = await two.users.findOneByOrFail({ id: anna.id });
        expect([200, 400]).toContain(confirmed?.status);
        expect(row).toMatchObject({
          email: confirmed?.status === 200 ? wished : anna.email,
          pendingEmail: null,
        });
        expect(await two.login(row.email, password)).toBeDefined();
        expect(await two.login(row.email, anna.password)).toBeUndefined();
      }
    });
  },
  { emailChange: 'confirmed' },
);

tellTwoProcesses('A change of address that counts at once', (stage) => {
  it('VF-07, AC-09: of two people who want one address one gets it, the other hears so', async () => {
    const { two } = stage;
    for (let round = 0; round < ROUNDS; round++) {
      const wished = two.newEmail();
      const people = [await two.newcomer(), await two.newcomer()];

      const answers = await two.race(people.map((person) => patch(person, { email: wished })));

      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
      const loser = answers.findIndex(({ status }) => status === 400);
      expect(answers[loser]?.text).toContain('UPDATE_USER_EMAIL_ALREADY_EXISTS');
      const owner = await two.users.findOneBy({ canonicalEmail: wished });
      expect(owner?.id).toBe(people[1 - loser]?.id);
    }
  });
});
