import {
  BeforeUserDelete,
  BeforeUserDeleteEvent,
  DuringUserDelete,
  type DuringUserDeleteEvent,
  OnUserDeleted,
  UserDeletedEvent,
} from '@nestjs-users/core';
import type { TypeOrmTransaction } from '@nestjs-users/typeorm';
import { ConflictException, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { allBackends, openDoors, tokensOf } from '../harness/all-backends.js';
import type { Answer } from '../harness/client.js';
import { parseSetCookie } from '../harness/cookies.js';
import { confirmChange, CONFIRMED, pendingChange } from '../harness/email-change.js';
import { expectError, expectInvalid, expectUnauthorized } from '../harness/errors.js';
import type { Host, HostOptions } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { askForMail, resetBy } from '../harness/recovery.js';
import { everyDatabase, everyPlatform, everySetup, tell } from '../harness/tell.js';

/** Rows of the application that belong to a user. */
@Entity('notes')
class Note {
  @PrimaryGeneratedColumn() id!: number;
  @Column('varchar', { length: 60 }) owner!: string;
}

/** Cleans up behind those who go, or keeps them. */
@Injectable()
class Notes {
  static before: Error | undefined;
  static during: Error | undefined;
  /** How many rows were left of a user when the listeners heard of the deletion, by address. */
  static readonly left = new Map<string, number>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  @BeforeUserDelete()
  async ask(): Promise<void> {
    if (Notes.before) throw Notes.before;
  }

  @DuringUserDelete()
  async remove({ user, transaction }: DuringUserDeleteEvent<User, TypeOrmTransaction>) {
    await transaction.delete(Note, { owner: user.email });
    if (Notes.during) throw Notes.during;
  }

  @OnUserDeleted()
  async look({ user }: UserDeletedEvent<User>): Promise<void> {
    const { manager } = this.dataSource;
    const users = await manager.countBy(User, { id: user.id });
    Notes.left.set(user.email, users + (await manager.countBy(Note, { owner: user.email })));
  }
}

beforeEach(() => {
  Object.assign(Notes, { before: undefined, during: undefined });
});

/** A host on which users may go, and notes go with them. */
const DELETABLE = {
  extras: { routes: { deleteMe: true } },
  providers: [Notes],
  dataSource: { entities: [User, Note] },
} satisfies HostOptions;

const leave = (who: Persona, body?: object, headers: Record<string, string> = {}) =>
  who.send({ method: 'DELETE', path: '/users/me', headers, ...(body && { body }) });

const confirmed = ({ password }: Persona): object => ({ currentPassword: password });

/** Somebody who has left something in the application. */
async function writer(host: Host, ...rest: [backend?: Persona['backend'], rights?: object]) {
  const persona = await newcomer(host, ...rest);
  await host.dataSource.manager.insert(Note, [{ owner: persona.email }, { owner: persona.email }]);
  return persona;
}

const notesOf = ({ host, email }: Persona): Promise<number> =>
  host.dataSource.manager.countBy(Note, { owner: email });

/** Tries to leave, and sees that nothing has happened: not even the browser forgets its cookie. */
async function expectToStay(who: Persona, attempt: () => Promise<void>): Promise<void> {
  const { host } = who;
  const before = await host.row({ id: who.id });
  const answered = host.answers.length;
  expect(await host.events.during(attempt)).toEqual([]);
  for (const { cookies } of host.answers.slice(answered)) expect(cookies).toEqual([]);
  expect(await host.row({ id: who.id })).toEqual(before);
  expect(await notesOf(who)).toBe(2);
  expect((await who.me()).status).toBe(200);
}

tell(
  'Whoever deletes their own account',
  everySetup,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it('is gone, with all that belonged to them, before anybody hears of it', async () => {
        const { host } = stage;
        const anna = await writer(host, backend, { isVerified: true });
        const { id, email } = anna;
        let answer: Answer | undefined;
        const events = await host.events.during(async () => {
          answer = await leave(anna, confirmed(anna));
        });
        expect([answer?.status, answer?.text]).toEqual([204, '']);
        expect(answer?.headers['cache-control']).toBe('no-store');
        expect(await host.row({ id })).toBeNull();
        expect(await notesOf(anna)).toBe(0);

        expect(events).toEqual([expect.any(UserDeletedEvent)]);
        expect(events[0]).toMatchObject({ user: { id, email, isVerified: true } });
        expect(events[0]?.request?.url).toBe('/users/me');
        expect(Notes.left.get(email), 'EV-01: not before the commit').toBe(0);

        expectUnauthorized(await anna.me());
        expectUnauthorized(await leave(anna, confirmed(anna)));
        expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      });

      it('D9: confirms it by the current password, and by nothing else', async () => {
        const anna = await writer(stage.host, backend);
        await expectToStay(anna, async () => {
          for (const body of [
            undefined,
            {},
            { currentPassword: '' },
            { currentPassword: newPassword() },
            { currentPassword: `${anna.password} ` },
            { password: anna.password },
          ]) {
            const refused = await leave(anna, body);
            expectError(refused, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
          }
          for (const currentPassword of [null, 5, true, [anna.password], { $ne: '' }]) {
            expectInvalid(await leave(anna, { currentPassword }), 'currentPassword');
          }
          const form = { 'content-type': 'application/x-www-form-urlencoded' };
          const typed = await leave(anna, confirmed(anna), form);
          expectError(typed, 415, 'UNSUPPORTED_MEDIA_TYPE');
        });
        expect((await leave(anna, confirmed(anna))).status).toBe(204);
      });

      it('EV-04: stays if a listener says so, before or in the midst of it; and that is the answer', async () => {
        const { host } = stage;
        const anna = await writer(host, backend);
        for (const moment of ['before', 'during'] as const) {
          Notes[moment] = new ConflictException('Pay your bills first.');
          await expectToStay(anna, async () => {
            const refused = await leave(anna, confirmed(anna));
            expect(refused.status).toBe(409);
            expect(refused.body).toMatchObject({ message: 'Pay your bills first.' });
          });
          Notes[moment] = undefined;
        }
        const asked = await host.events.of(BeforeUserDeleteEvent);
        const wrong = await leave(anna, { currentPassword: newPassword() });
        expectError(wrong, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
        expect(await host.events.of(BeforeUserDeleteEvent)).toHaveLength(asked.length);
        expect((await leave(anna, confirmed(anna))).status).toBe(204);
      });

      it('AC-10: stays as the last active superuser', async () => {
        const { host } = stage;
        const users = host.dataSource.getRepository(host.entity);
        await users.update({ isSuperuser: true }, { isSuperuser: false });
        await newcomer(host, 'jwt', { isSuperuser: true, isActive: false });
        const admin = await writer(host, backend, { isSuperuser: true });
        await expectToStay(admin, async () => {
          expectError(await leave(admin, confirmed(admin)), 409, 'LAST_SUPERUSER');
        });
        await newcomer(host, 'jwt', { isSuperuser: true });
        expect((await leave(admin, confirmed(admin))).status).toBe(204);
      });
    });

    it('has the cookie cleared as it was set; a bearer has nothing to be cleared', async () => {
      const anna = await newcomer(stage.host, 'cookie');
      const set = parseSetCookie((await anna.login()).cookies[0]!);
      const { cookies } = await leave(anna, confirmed(anna));
      expect(cookies.map(parseSetCookie)).toEqual([
        { ...set, value: '', attributes: { ...set.attributes, 'max-age': '0' } },
      ]);
      const otto = await newcomer(stage.host);
      expect((await leave(otto, confirmed(otto))).cookies).toEqual([]);
    });
  },
  DELETABLE,
);

tell(
  'What is left of those who have deleted their account',
  everyDatabase,
  (stage) => {
    it('LG-10: no session, on any backend, not even of a new account with the address', async () => {
      const { host } = stage;
      const anna = await writer(host);
      const sessions = await tokensOf(anna);
      expect(await openDoors(host, sessions)).toHaveLength(8);
      expect((await leave(anna, confirmed(anna))).status).toBe(204);
      expect(await openDoors(host, sessions)).toEqual([]);
      const { email, password } = anna;
      const body = { email, password };
      expect((await host.send({ method: 'POST', path: '/users/register', body })).status).toBe(201);
      expect(await openDoors(host, sessions)).toEqual([]);
    });

    it('RS-04, VF-01: no mail that is still good', async () => {
      const { host } = stage;
      const anna = await writer(host);
      const change = await pendingChange(anna);
      await askForMail(host, 'request-verify-token', anna.email);
      await askForMail(host, 'forgot-password', anna.email);
      const [reset] = await host.events.resetTokens(anna.email);
      const [token] = await host.events.verificationTokens(anna.email);
      expect((await leave(anna, confirmed(anna))).status).toBe(204);
      const password = newPassword();
      expectError(await resetBy(host, reset, password), 400, 'RESET_PASSWORD_BAD_TOKEN');
      expectError(await confirmChange(host, change.token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      const verify = { method: 'POST', path: '/users/verify', body: { token } };
      expectError(await host.send(verify), 400, 'VERIFY_USER_BAD_TOKEN');
      const events = await host.events.during(() =>
        askForMail(host, 'forgot-password', anna.email),
      );
      expect(events).toEqual([]);
    });

    it('LO-06: no row and no line of a log with their address', async () => {
      const { host } = stage;
      const anna = await writer(host);
      await pendingChange(anna);
      await askForMail(host, 'forgot-password', anna.email);
      await leave(anna, { currentPassword: newPassword() });
      expect(await dump(host)).toContain(anna.email);
      expect((await leave(anna, confirmed(anna))).status).toBe(204);
      await anna.login();
      const deleted = (await host.events.of(UserDeletedEvent)).at(-1);
      // The one who has to tell others, or the person themselves, gets it once more.
      expect(deleted?.user.email).toBe(anna.email);
      expect(deleted?.user).not.toHaveProperty('securityStamp', expect.any(String));
      expect(await dump(host)).not.toContain(anna.email);
      expect(host.log.join('\n')).not.toContain(anna.email);
    });

    it('AC-14: nothing, if it was asked for many times at once: one of them did it', async () => {
      const { host } = stage;
      for (let round = 0; round < 5; round++) {
        const anna = await writer(host, round % 2 ? 'jwt' : 'cookie');
        const events = await host.events.during(async () => {
          const tries = Array.from({ length: 8 }, () => leave(anna, confirmed(anna)));
          const statuses = (await Promise.all(tries)).map(({ status }) => status);
          expect(statuses.filter((status) => status === 204)).toHaveLength(1);
          for (const status of statuses) expect([204, 401, 404]).toContain(status);
        });
        expect(events).toEqual([expect.any(UserDeletedEvent)]);
        expect(await host.row({ id: anna.id })).toBeNull();
        expect(await notesOf(anna)).toBe(0);
      }
    });
  },
  {
    ...DELETABLE,
    extras: { ...CONFIRMED.extras, routes: { ...DELETABLE.extras.routes, refresh: true } },
    options: { ...CONFIRMED.options, backends: allBackends() },
  },
);

/** Everything that is stored. */
async function dump({ dataSource }: Host): Promise<string> {
  const { entityMetadatas } = dataSource;
  const tables = entityMetadatas.map(({ tablePath }) =>
    dataSource.query(`SELECT * FROM ${tablePath}`),
  );
  return JSON.stringify(await Promise.all(tables));
}

tell(
  'Whoever need not say the current password',
  everyPlatform,
  (stage) => {
    it.each(backends)('deletes their account by the credential alone (%s)', async (backend) => {
      const anna = await newcomer(stage.host, backend);
      expect((await leave(anna)).status).toBe(204);
      expectUnauthorized(await anna.me());
    });
  },
  { ...DELETABLE, options: { requireCurrentPassword: false } },
);

tell('Where nobody has switched it on', everyPlatform, (stage) => {
  it('users cannot delete their own account: there is no such route', async () => {
    const { host } = stage;
    await newcomer(host, 'jwt', { isSuperuser: true });
    const admin = await newcomer(host, 'cookie', { isSuperuser: true });
    const anna = await newcomer(host);
    // Only superusers get past the guard of `/users/{id}`, and nobody has the id "me".
    expectUnauthorized(await host.send({ method: 'DELETE', path: '/users/me' }));
    expectError(await leave(anna, confirmed(anna)), 403, 'FORBIDDEN');
    expectError(await leave(admin, confirmed(admin)), 404, 'USER_NOT_FOUND');
    for (const { id } of [anna, admin]) expect(await host.row({ id })).not.toBeNull();
  });
});
