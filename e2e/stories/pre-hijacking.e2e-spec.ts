import { UserPasswordResetEvent } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { allBackends, openDoors, tokensOf } from '../harness/all-backends.js';
import type { Answer } from '../harness/client.js';
import {
  askFor,
  cancelChange,
  changesOf,
  confirmChange,
  CONFIRMED,
  pendingChange,
} from '../harness/email-change.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { Persona } from '../harness/persona.js';
import { askForMail, recover, resetBy } from '../harness/recovery.js';
import { everySetup, tell } from '../harness/tell.js';

// The attacks of "Pre-hijacked accounts" (Sudhodanan and Paverd, USENIX Security 2022): a thief makes an
// account for the address of somebody who will come later, and hopes to be still in it then.

const post = (host: Host, route: string, body: object): Promise<Answer> =>
  host.send({ method: 'POST', path: `/users/${route}`, body });

/** Registers an address, without reading its mail, and logs in. */
async function comeAsThief(host: Host, email = newEmail('owner')): Promise<Persona> {
  const password = newPassword();
  const { body } = await post(host, 'register', { email, password });
  const thief = new Persona(host, String(body.id), email, password, 'jwt');
  expect((await thief.login()).status).toBe(200);
  return thief;
}

/** Finds the own address taken, and takes the way that everybody has who reads its mail. */
async function comeAsOwner(host: Host, email: string): Promise<Persona> {
  const password = newPassword();
  const taken = await post(host, 'register', { email, password });
  expectError(taken, 400, 'REGISTER_USER_ALREADY_EXISTS');
  expect((await recover(host, email, password)).status).toBe(200);
  const { id } = await host.users.getByEmail(email);
  return new Persona(host, String(id), email, password, 'cookie');
}

/** Whether the account is its owner's, and nobody else's. */
async function expectOwned(owner: Persona, thief: Persona): Promise<void> {
  expectUnauthorized(await thief.me());
  expectError(await thief.login(), 400, 'LOGIN_BAD_CREDENTIALS');
  expect((await owner.login()).status).toBe(204);
  expect((await owner.me()).body).toMatchObject({ email: owner.email });
  expect(await owner.host.row({ id: owner.id })).toMatchObject({ pendingEmail: null });
}

/** What a reader of the mail for an address is sent to prove it. */
async function verificationOf(host: Host, email: string): Promise<string> {
  await askForMail(host, 'request-verify-token', email);
  return (await host.events.verificationTokens(email)).at(-1)!;
}

tell(
  'An account that a thief has made for somebody else’s address',
  everySetup,
  (stage) => {
    it('OA-07, RG-13: merging: the owner joins nothing that stays the thief’s', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host);
      const before = await host.row({ id: thief.id });
      const mine = { email: thief.email.toUpperCase(), password: newPassword() };
      const events = await host.events.during(async () => {
        expectError(await post(host, 'register', mine), 400, 'REGISTER_USER_ALREADY_EXISTS');
      });
      expect(events).toEqual([]);
      expect(await host.row({ id: thief.id })).toEqual(before);
      expectError(await thief.login(mine.password), 400, 'LOGIN_BAD_CREDENTIALS');

      const owner = await comeAsOwner(host, thief.email);
      expect(owner.id).toBe(thief.id);
      await expectOwned(owner, thief);
    });

    it('OA-08: an unproven address: nobody’s word makes it verified, only its mail', async () => {
      const { host } = stage;
      const claims = {
        ...{ isVerified: true, is_verified: true, verified: true, verifiedAt: '2020-01-01' },
        ...{ emailVerified: true, email_verified: 'true', pendingEmail: null },
      };
      const credentials = { email: newEmail('owner'), password: newPassword() };
      const { body } = await post(host, 'register', { ...credentials, ...claims });
      const thief = new Persona(host, body.id, credentials.email, credentials.password, 'jwt');
      const { email: username, password } = thief;
      thief.adopt(await post(host, 'login/jwt', { username, password, ...claims }));
      const change = { ...claims, firstName: 'Eve' };
      const changed = await thief.send({ method: 'PATCH', path: '/users/me', body: change });
      expect(changed.body).toMatchObject({ firstName: 'Eve' });
      await askForMail(host, 'forgot-password', thief.email);
      const [reset] = await host.events.resetTokens(thief.email);
      const used = { token: reset, password: newPassword(), ...claims };
      expect((await post(host, 'reset-password', used)).status).toBe(200);
      expect(await host.row({ id: thief.id })).toMatchObject({ isVerified: false });

      const token = await verificationOf(host, thief.email);
      expect((await post(host, 'verify', { token })).status).toBe(200);
      expect(await host.row({ id: thief.id })).toMatchObject({ isVerified: true });
    });

    it('OA-09: an unexpired session: of whatever kind, it ends when the owner recovers', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host);
      const sessions = await tokensOf(thief);
      const names = sessions.map(([door]) => door.name);
      expect(await openDoors(host, sessions)).toEqual(names);

      const owner = await comeAsOwner(host, thief.email);
      expect(await openDoors(host, sessions)).toEqual([]);
      await expectOwned(owner, thief);
      expect(await openDoors(host, sessions), 'nor later').toEqual([]);
    });

    it('OA-10: a trojan identifier: what was mailed to an earlier address opens nothing', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host, newEmail('thief'));
      const token = await verificationOf(host, thief.email);
      expect((await post(host, 'verify', { token })).status).toBe(200);
      await askForMail(host, 'forgot-password', thief.email);
      const [reset] = await host.events.resetTokens(thief.email);
      const email = newEmail('owner');
      const moved = await askFor(thief, email);
      expect(moved.body, 'the thief’s proof proves nothing here').toMatchObject({
        email,
        isVerified: false,
      });

      const expectClosed = async (): Promise<void> => {
        expectError(await resetBy(host, reset, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
        expectError(await post(host, 'verify', { token }), 400, 'VERIFY_USER_BAD_TOKEN');
      };
      await expectClosed();
      const owner = await comeAsOwner(host, email);
      expect(owner.id).toBe(thief.id);
      const before = await host.row({ id: owner.id });
      const events = await host.events.during(async () => {
        await expectClosed();
        await askForMail(host, 'forgot-password', thief.email);
        await askForMail(host, 'request-verify-token', thief.email);
      });
      expect(events, 'the thief’s address is nobody’s').toEqual([]);
      expect(await host.row({ id: owner.id })).toEqual(before);
      expect(JSON.stringify(before)).not.toContain(thief.email);
      await expectOwned(owner, thief);
    });
  },
  { options: { backends: allBackends() }, extras: { routes: { refresh: true } } },
);

tell(
  'An account that a thief has made, where new addresses are confirmed',
  everySetup,
  (stage) => {
    it('OA-10: a trojan identifier: the thief is out, even if the owner confirms what the thief asked for', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host, newEmail('thief'));
      const email = newEmail('owner');
      const { token, cancelToken } = await pendingChange(thief, email);
      expect((await confirmChange(host, token)).body).toMatchObject({ email, isVerified: true });

      const owner = await comeAsOwner(host, email);
      expect(owner.id).toBe(thief.id);
      expectError(await cancelChange(host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      await expectOwned(owner, thief);
    });

    it('OA-11: an unexpired change of address: it ends when the owner recovers', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host);
      const { token, cancelToken } = await pendingChange(thief, newEmail('thief'));
      // The owner’s mail is under way, and the thief asks once more.
      await askForMail(host, 'forgot-password', thief.email);
      const [reset] = await host.events.resetTokens(thief.email);
      const later = await pendingChange(thief, newEmail('thief'));
      const password = newPassword();
      expect((await resetBy(host, reset, password)).status).toBe(200);

      const owner = new Persona(host, thief.id, thief.email, password, 'cookie');
      for (const dead of [token, later.token]) {
        expectError(await confirmChange(host, dead), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      }
      for (const dead of [cancelToken, later.cancelToken]) {
        expectError(await cancelChange(host, dead), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      }
      expectUnauthorized(await askFor(thief, newEmail('thief')));
      expect(await changesOf(thief)).toHaveLength(2);
      await expectOwned(owner, thief);
    });

    it('RS-10: nothing that was made before the mailbox was proven outlives the reset', async () => {
      const { host } = stage;
      const thief = await comeAsThief(host);
      const sessions = await tokensOf(thief);
      const change = await pendingChange(thief, newEmail('thief'));
      await askForMail(host, 'forgot-password', thief.email);
      const before = await host.row({ id: thief.id });
      const verification = await verificationOf(host, thief.email);

      const events = await host.events.during(() => comeAsOwner(host, thief.email));
      expect(events.at(-1)).toBeInstanceOf(UserPasswordResetEvent);
      const after = await host.row({ id: thief.id });
      expect(after).toEqual({
        ...before,
        ...{ pendingEmail: null, isVerified: false, updatedAt: expect.any(Date) },
        ...{ hashedPassword: expect.any(String), securityStamp: expect.any(String) },
      });
      expect(after?.hashedPassword).not.toBe(before?.hashedPassword);
      expect(after?.securityStamp).not.toBe(before?.securityStamp);

      expect(await openDoors(host, sessions)).toEqual([]);
      for (const reset of await host.events.resetTokens(thief.email)) {
        expectError(await resetBy(host, reset, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
      }
      expectError(await confirmChange(host, change.token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await cancelChange(host, change.cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await thief.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      expect(await host.row({ id: thief.id })).toEqual(after);

      // This one went to the owner's mailbox, and does no more than say so.
      expect((await post(host, 'verify', { token: verification })).status).toBe(200);
      expect(await host.row({ id: thief.id })).toEqual({
        ...after,
        ...{ isVerified: true, updatedAt: expect.any(Date) },
      });
    });
  },
  {
    extras: { ...CONFIRMED.extras, routes: { refresh: true } },
    options: { ...CONFIRMED.options, backends: allBackends() },
  },
);
