import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allBackends, allDoors, type Tokens, tokensOf } from '../harness/all-backends.js';
import { bearerHeader, doors, opens } from '../harness/doors.js';
import { Host, type HostOptions } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

const SUPERUSER_ONLY = { path: '/users?limit=1' };

/** Both hosts read one token store, as they would in Redis. */
const twoHostOptions = (): HostOptions => ({
  options: { backends: allBackends() },
  extras: { routes: { refresh: true } },
});

/** What an administrator may do, in the other process too, and what it ends. */
const ends: Readonly<Record<string, (admin: Persona, victim: Persona) => Promise<unknown>>> = {
  deactivation: (admin, { id }) => patch(admin, id, { isActive: false }),
  'deactivation, and activation again': async (admin, { id }) => {
    await patch(admin, id, { isActive: false });
    await patch(admin, id, { isActive: true });
  },
  'deactivation by hand, in the database': ({ host }, { id }) =>
    host.dataSource.getRepository(host.entity).update({ id }, { isActive: false }),
  'a new password': (admin, { id }) => patch(admin, id, { password: newPassword() }),
  'log out everywhere': ({ host }, { id }) => host.users.revokeCredentials({ id }),
  deletion: (admin, { id }) => admin.send({ method: 'DELETE', path: `/users/${id}` }),
};

async function patch(admin: Persona, id: string, body: object): Promise<void> {
  const answer = await admin.send({ method: 'PATCH', path: `/users/${id}`, body });
  expect(answer.status).toBe(200);
}

describe.each(everyDatabase.filter(({ database }) => database !== 'sqlite'))(
  'Two hosts on one $database',
  (setup) => {
    let here: Host;
    let there: Host;
    let admin: Persona;
    beforeAll(async () => {
      const options = twoHostOptions();
      here = await Host.start(setup, options);
      there = await Host.start({ ...setup, platform: 'express' }, { ...options, beside: here });
      admin = await newcomer(here, 'jwt', { isSuperuser: true });
    });
    afterAll(async () => {
      await there?.close();
      await here?.close();
    });

    /** How many of so many tries on both hosts get through. */
    async function successes(tokens: Tokens, tryCount: number): Promise<number> {
      let count = 0;
      for (let tries = 0; tries < tryCount; tries += tokens.length) {
        for (const [index, [door, token]] of tokens.entries()) {
          if (await opens(door, (tries + index) % 2 === 0 ? there : here, token)) count++;
        }
      }
      return count;
    }

    it.each(Object.entries(ends))(
      'LG-09, LG-10, TK-08: %s ends all tokens at once, on both',
      async (title, end) => {
        const victim = await newcomer(here);
        const bystander = await newcomer(here);
        const [theirs, others] = [await tokensOf(victim), await tokensOf(bystander)];
        for (const [door, token] of [...theirs, ...others]) {
          expect(await opens(door, there, token), `control: ${door.name}`).toBe(true);
        }

        await end(admin, victim);
        expect(await successes(theirs, title === 'deactivation' ? 200 : 40)).toBe(0);
        for (const [door, token] of others) expect(await opens(door, there, token)).toBe(true);
      },
    );

    it.each(['jwt', 'cookie', 'opaque', 'session', 'listed', 'mobile'])(
      'LG-11: a superuser who is none any more loses their rights with the next request (%s)',
      async (backend) => {
        const former = await newcomer(here, 'jwt', { isSuperuser: true });
        const door = allDoors.find(({ name }) => name === backend)!;
        const token = await door.genuine(former);
        const headers = { ...bearerHeader(token), cookie: `__Host-users-${backend}=${token}` };
        const ask = (host: Host) => host.send({ ...SUPERUSER_ONLY, headers });
        expect((await ask(there)).status).toBe(200);

        await patch(admin, former.id, { isSuperuser: false });
        expect((await ask(there)).status).toBe(403);
        expect((await ask(here)).status).toBe(403);
        expect(await opens(door, there, token), 'still logged in').toBe(true);

        await patch(admin, former.id, { isSuperuser: true });
        expect((await ask(there)).status).toBe(200);
      },
    );
  },
);

/** What makes a database give an id that it has given before. */
const forgetIds = {
  sqlite: 'DELETE FROM sqlite_sequence',
  postgres: 'ALTER SEQUENCE users_id_seq RESTART WITH 1',
  mariadb: 'ALTER TABLE users AUTO_INCREMENT = 1',
} as const;

tell(
  'Ids that are given again',
  everyDatabase,
  (stage, { database }) => {
    it.each(['another address', 'the same address'])(
      'LG-10: tokens of a deleted user do not revive with the id: %s',
      async (whose) => {
        const { host } = stage;
        const before = await newcomer(host);
        const tokens = await Promise.all(
          doors.map(async (door) => [door, await door.genuine(before)] as const),
        );
        for (const [door, token] of tokens) expect(await opens(door, host, token)).toBe(true);

        const { id, email } = before;
        await host.users.delete({ id: Number(id) as never });
        await host.dataSource.query(
          forgetIds[database]
            .replace('users_id_seq', sequenceOf(host))
            .replace('WITH 1', `WITH ${id}`),
        );
        const password = newPassword();
        const after = await host.users.create(
          whose === 'the same address'
            ? { email, password: before.password }
            : { email: `other-${email}`, password },
        );
        expect(after.id, 'control: the id is the same').toBe(Number(id));
        for (const [door, token] of tokens) {
          expect(await opens(door, host, token), door.name).toBe(false);
        }
      },
    );
  },
  { ids: 'integer' },
);

function sequenceOf(host: Host): string {
  const { schema } = host.dataSource.options as { schema?: string };
  return schema ? `${schema}.users_id_seq` : 'users_id_seq';
}

tell(
  'A changed password within one second',
  [everyPlatform[0]!, everyPlatform.at(-1)!],
  (stage) => {
    it.each(['jwt', 'cookie'] as const)(
      'TK-09: a hundred times over, the new %s credential works and the old ones do not',
      async (backend) => {
        const { host } = stage;
        const persona = await newcomer(host, backend);
        for (let round = 0; round < 100; round++) {
          const old = persona.credential;
          const [currentPassword, password] = [persona.password, newPassword()];
          const changed = await persona.send({
            method: 'PATCH',
            path: '/users/me',
            body: { currentPassword, password },
          });
          expect(changed.status).toBe(200);
          persona.adopt(changed);
          const fresh = persona.credential;
          persona.password = password;
          expect((await persona.login()).status).toBeLessThan(300);

          const statusOf = async (headers: Record<string, string>) =>
            (await host.send({ path: '/users/me', headers })).status;
          expect(await statusOf(old), `round ${round}: before the change`).toBe(401);
          expect(await statusOf(fresh), `round ${round}: by the change`).toBe(200);
          expect(await statusOf(persona.credential), `round ${round}: by the login`).toBe(200);
          expect(
            new Set([old, fresh, persona.credential].map((headers) => JSON.stringify(headers)))
              .size,
          ).toBe(3);
        }
      },
    );
  },
);
