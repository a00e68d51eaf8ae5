import { expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import {
  askFor,
  cancelChange,
  changesOf,
  confirmChange,
  CONFIRMED,
  pendingChange,
} from '../harness/email-change.js';
import { expectError } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, Persona } from '../harness/persona.js';
import { recover } from '../harness/recovery.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

async function ok(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  expect([200, 202, 204], text).toContain(status);
}

const patch = (persona: Persona, path: string, body: object) =>
  ok(persona.send({ method: 'PATCH', path: `/users/${path}`, body }));
const post = ({ host }: Persona, route: string, body: object) =>
  ok(host.send({ method: 'POST', path: `/users/${route}`, body }));

/** What ends a change of address that waits: whoever began it may have been a thief. */
const ends: Readonly<Record<string, (owner: Persona, admin: Persona) => Promise<unknown>>> = {
  'the reset of the password': ({ host, email }) => ok(recover(host, email, newPassword())),
  'a new password by its owner': (owner) =>
    patch(owner, 'me', { password: newPassword(), currentPassword: owner.password }),
  'a new password by a superuser': ({ id }, admin) => patch(admin, id, { password: newPassword() }),
  'a new password by code': ({ host, id }) =>
    host.users.update({ id }, { password: newPassword() }),
  deactivation: ({ id }, admin) => patch(admin, id, { isActive: false }),
  'deactivation, and activation again': async ({ id }, admin) => {
    for (const isActive of [false, true]) await patch(admin, id, { isActive });
  },
  'log out everywhere': ({ host, id }) => host.users.revokeCredentials({ id }),
  'another address by a superuser': ({ id }, admin) => patch(admin, id, { email: newEmail() }),
  'another address by code': ({ host, id }) => host.users.update({ id }, { email: newEmail() }),
  'the same address by a superuser': async (owner, admin) => {
    const [change] = await changesOf(owner);
    await patch(admin, owner.id, { email: change?.newEmail });
  },
};

tell(
  'A change of address that waits',
  everyDatabase,
  (stage) => {
    it.each(Object.keys(ends))('OA-11, VF-05: does not survive %s', async (end) => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const owner = await newcomer(host);
      const { token, cancelToken } = await pendingChange(owner);
      await ends[end]!(owner, admin);
      const after = await host.row({ id: owner.id });
      expect(after).toMatchObject({ pendingEmail: null });
      expectError(await confirmChange(host, token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await cancelChange(host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expect(await host.row({ id: owner.id })).toEqual(after);
    });

    it('VF-05: survives what has nothing to do with it', async () => {
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const owner = await newcomer(stage.host);
      const { token, newEmail: email } = await pendingChange(owner);
      await patch(owner, 'me', { firstName: 'Anna' });
      await patch(admin, owner.id, { isVerified: true, isSuperuser: false, email: owner.email });
      await owner.login();
      await post(owner, 'forgot-password', { email: owner.email });
      await post(owner, 'request-verify-token', { email: owner.email });
      expect((await confirmChange(stage.host, token)).body).toMatchObject({ email });
    });

    it('is confirmed by nobody while its user is switched off in the database', async () => {
      const { host } = stage;
      const owner = await newcomer(host);
      const { token, cancelToken } = await pendingChange(owner);
      const users = host.dataSource.getRepository(host.entity);
      await users.update({ id: owner.id }, { isActive: false });
      expectError(await confirmChange(host, token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await cancelChange(host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expect(await host.row({ id: owner.id })).toMatchObject({ email: owner.email });
    });

    it('goes with its user', async () => {
      const owner = await newcomer(stage.host);
      const { token, cancelToken } = await pendingChange(owner);
      await stage.host.users.delete({ id: owner.id });
      expectError(await confirmChange(stage.host, token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await cancelChange(stage.host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
    });
  },
  CONFIRMED,
);

tell(
  'Superusers and code change addresses at once, where owners have to confirm',
  everyPlatform,
  (stage) => {
    it('VF-06: unverified, unless they say otherwise; no mail asks anybody', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'cookie', { isSuperuser: true });
      const anna = await newcomer(host, 'jwt', { isVerified: true });
      for (const [more, isVerified] of [
        [{}, false],
        [{ isVerified: true }, true],
      ] as const) {
        const email = newEmail();
        await patch(admin, anna.id, { email, ...more });
        expect(await host.row({ id: anna.id })).toMatchObject({ email, isVerified });
      }
      const email = newEmail();
      await host.users.update({ id: anna.id }, { email });
      expect(await host.row({ id: anna.id })).toMatchObject({ email, isVerified: false });
      expect(await changesOf(anna)).toEqual([]);
    });

    it('but a superuser confirms a new address of their own, as everybody does', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true, isVerified: true });
      const { token, newEmail: email } = await pendingChange(admin);
      expect((await admin.me()).body).toMatchObject({ email: admin.email });
      expect((await confirmChange(host, token)).body).toMatchObject({ email, isVerified: true });
    });
  },
  CONFIRMED,
);

tell(
  'Changes of address by those who need not prove who they are',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    it('wait for their confirmation all the same', async () => {
      const anna = await newcomer(stage.host);
      const email = newEmail('new');
      expect((await askFor(anna, email, { currentPassword: undefined })).status).toBe(200);
      const [change] = await changesOf(anna);
      expect((await anna.me()).body).toMatchObject({ email: anna.email });
      expect((await confirmChange(stage.host, change?.token)).body).toMatchObject({ email });
    });
  },
  { ...CONFIRMED, options: { ...CONFIRMED.options, requireCurrentPassword: false } },
);

tell(
  'The limit of mails to new addresses',
  everyPlatform,
  (stage) => {
    it('RS-13: is three an hour for an account, whatever session they come from', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const other = new Persona(host, anna.id, anna.email, anna.password, 'cookie');
      await other.login();
      const otto = await newcomer(host);
      // A wrong password costs nothing: a thief cannot use up what is the owner's.
      for (let count = 0; count < 5; count++) {
        const refused = await askFor(anna, newEmail(), { currentPassword: 'wrong' });
        expectError(refused, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
      }
      const last = await pendingChange(anna);
      await pendingChange(other);
      const { token, newEmail: pendingEmail } = await pendingChange(anna);
      const before = await host.row({ id: anna.id });
      const events = await host.events.during(async () => {
        for (const who of [anna, other, anna]) {
          const refused = await askFor(who, newEmail(), { firstName: 'Eve' });
          expectError(refused, 429, 'TOO_MANY_ATTEMPTS');
          const seconds = Number(refused.headers['retry-after']);
          expect(seconds).toBeGreaterThan(3500);
          expect(seconds).toBeLessThanOrEqual(3600);
        }
        // Nor does the limit tell whether the address is taken.
        expectError(await askFor(anna, otto.email), 429, 'TOO_MANY_ATTEMPTS');
      });
      expect(events).toEqual([]);
      expect(await host.row({ id: anna.id })).toEqual(before);
      expect(before).toMatchObject({ pendingEmail });

      await patch(anna, 'me', { firstName: 'Anna' });
      await pendingChange(otto);
      expectError(await confirmChange(host, last.token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expect((await confirmChange(host, token)).status).toBe(200);
    });

    it('RS-13: counts taken addresses, too: nobody finds out about more than three', async () => {
      const anna = await newcomer(stage.host);
      const taken = [];
      for (let count = 0; count < 4; count++) taken.push((await newcomer(stage.host)).email);
      const codes = [];
      for (const email of taken) codes.push((await askFor(anna, email)).body.code as string);
      expect(codes).toEqual([
        ...Array<string>(3).fill('UPDATE_USER_EMAIL_ALREADY_EXISTS'),
        'TOO_MANY_ATTEMPTS',
      ]);
    });
  },
  { extras: CONFIRMED.extras },
);
