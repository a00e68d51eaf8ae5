import { UserSessionEntity } from '@nestjs-users/typeorm';
import { describe, expect, it } from 'vitest';
import { expectError } from '../harness/errors.js';
import { newPassword } from '../harness/leaks.js';
import { PausingHasher } from '../harness/pausing-hasher.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { sessionBackends, storedBackends } from '../harness/session-backends.js';
import { everyDatabase, tell } from '../harness/tell.js';

const hasher = new PausingHasher();

/** How many sessions are stored of somebody. */
const sessionCount = ({ host, id }: Persona): Promise<number> =>
  host.dataSource.getRepository(UserSessionEntity).countBy({ subject: id });

/** What may happen while the hash of a login is computed. */
const incidents: Readonly<Record<string, (user: Persona) => Promise<unknown>>> = {
  deactivation: ({ host, id }) => host.users.update({ id }, { isActive: false }),
  'deactivation, and activation again': async ({ host, id }) => {
    await host.users.update({ id }, { isActive: false });
    await host.users.update({ id }, { isActive: true });
  },
  'deactivation by hand, in the database': ({ host, id }) =>
    host.dataSource.getRepository(host.entity).update({ id }, { isActive: false }),
  deletion: ({ host, id }) => host.users.delete({ id }),
  'a new password': ({ host, id }) => host.users.update({ id }, { password: newPassword() }),
  'log out everywhere': ({ host, id }) => host.users.revokeCredentials({ id }),
};

tell(
  'Logins that are overtaken',
  everyDatabase,
  (stage) => {
    /** Logs in and does something while the password is being checked. */
    async function loginDuring(backend: string, persona: Persona, deed: () => Promise<unknown>) {
      const before = hasher.checks;
      const resume = hasher.pause();
      const answer = stage.host.send({
        method: 'POST',
        path: `/users/login/${backend}`,
        body: { username: persona.email, password: persona.password },
      });
      while (hasher.checks === before) await new Promise(setImmediate);
      await deed();
      resume();
      return answer;
    }

    describe.each([...backends, ...storedBackends])('at %s', (backend) => {
      it('LG-05: control: nothing happens, and the login succeeds', async () => {
        const persona = await newcomer(stage.host);
        const answer = await loginDuring(backend, persona, async () => {});
        expect(answer.status).toBeLessThan(300);
        expect(await sessionCount(persona)).toBe(
          storedBackends.some((name) => name === backend) ? 1 : 0,
        );
      });

      it.each(Object.keys(incidents))('LG-05: %s in the meantime', async (incident) => {
        const persona = await newcomer(stage.host);
        const events = await stage.host.events.during(async () => {
          const answer = await loginDuring(backend, persona, () => incidents[incident]!(persona));
          expectError(answer, 400, 'LOGIN_BAD_CREDENTIALS');
          expect(answer.cookies).toEqual([]);
        });
        expect(await sessionCount(persona)).toBe(0);
        expect(events.map(({ constructor }) => constructor.name)).not.toContain(
          'UserLoggedInEvent',
        );
      });
    });
  },
  { options: { passwordHasher: hasher }, backends: sessionBackends },
);
