import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS, type Runner } from '../harness/two-processes.js';

/** How one superuser can be rid of another. */
const deeds: Readonly<Record<string, (by: Runner, to: Runner) => object>> = {
  demotion: ({ headers }, { id }) => ({
    method: 'PATCH',
    path: `/users/${id}`,
    headers,
    body: { isSuperuser: false },
  }),
  deactivation: ({ headers }, { id }) => ({
    method: 'PATCH',
    path: `/users/${id}`,
    headers,
    body: { isActive: false },
  }),
  deletion: ({ headers }, { id }) => ({ method: 'DELETE', path: `/users/${id}`, headers }),
};

const pairs = Object.keys(deeds).flatMap((one) => Object.keys(deeds).map((other) => [one, other]));

tellTwoProcesses(
  'Accounts',
  (stage) => {
    it.each(pairs)('AC-10: after %s against %s there is a superuser left', async (one, other) => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS / 3; round++) {
        await two.users.update({ isSuperuser: true }, { isSuperuser: false });
        const [anna, otto] = [
          await two.newcomer({ isSuperuser: true }),
          await two.newcomer({ isSuperuser: true }),
        ];

        const answers = await two.race([
          deeds[one!]!(anna, otto) as never,
          deeds[other!]!(otto, anna) as never,
        ]);

        const left = await two.users.countBy({ isSuperuser: true, isActive: true });
        expect(left, answers.map(({ text }) => text).join('\n')).toBeGreaterThanOrEqual(1);
        expect(answers.some(({ status }) => status < 300)).toBe(true);
        for (const { status } of answers) expect([200, 204, 401, 403, 404, 409]).toContain(status);
      }
    });

    it('AC-14: a change never brings back who was deleted', async () => {
      const { two } = stage;
      const admin = await two.newcomer({ isSuperuser: true });
      for (let round = 0; round < ROUNDS; round++) {
        const { id } = await two.newcomer();
        const path = `/users/${id}`;
        const change = { method: 'PATCH', path, headers: admin.headers } as const;

        const [deleted, ...changed] = await two.race([
          { method: 'DELETE', path, headers: admin.headers },
          { ...change, body: { isVerified: true } },
          { ...change, body: { password: 'another horse battery' } },
          { ...change, body: { email: two.newEmail() } },
        ]);

        expect(deleted?.status).toBe(204);
        for (const { status } of changed) expect([200, 404]).toContain(status);
        expect(await two.users.findOneBy({ id })).toBeNull();
      }
    });

    it('AC-14: two deletions of one account are one', async () => {
      const { two } = stage;
      const admin = await two.newcomer({ isSuperuser: true });
      for (let round = 0; round < ROUNDS; round++) {
        const anna = await two.newcomer();
        const byOwner = {
          method: 'DELETE',
          path: '/users/me',
          headers: anna.headers,
          body: { currentPassword: anna.password },
        } as const;
        const bySuperuser = { method: 'DELETE', path: `/users/${anna.id}`, headers: admin.headers };

        const answers = await two.race([byOwner, byOwner, bySuperuser as never]);

        expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
        for (const { status } of answers) expect([204, 400, 401, 404]).toContain(status);
        expect(await two.users.findOneBy({ id: anna.id })).toBeNull();
        await two.event('UserDeletedEvent', anna.email);
      }
    });
  },
  { routes: { deleteMe: true } },
);
