import {
  UserAdapter,
  UserEmailChangeCancelledEvent,
  UserEmailChangedEvent,
  UserEmailChangeRequestedEvent,
  UserUpdatedEvent,
} from '@nestjs-users/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  askFor,
  cancelChange,
  changesOf,
  confirmChange,
  CONFIRMED,
  pendingChange,
} from '../harness/email-change.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { backends, credentialOf, newcomer, Persona } from '../harness/persona.js';
import { everyDatabase, everyPlatform, mixedSetups, tell } from '../harness/tell.js';

const post = (host: Host, route: string, body: object) =>
  host.send({ method: 'POST', path: `/users/${route}`, body });
const under = ({ host, id, password, backend }: Persona, email: string) =>
  new Persona(host, id, email, password, backend);

tell(
  'A change of address that waits for its confirmation',
  mixedSetups,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it('VF-05: is pending until it is proven, and the old address stays what it was', async () => {
        const { host } = stage;
        const anna = await newcomer(host, backend, { isVerified: true });
        const before = await host.row({ id: anna.id });
        const email = newEmail('New').replace('@e', '@E');
        const events = await host.events.during(async () => {
          const answer = await askFor(anna, email, { firstName: 'Anna' });
          expect(answer.status).toBe(200);
          expect(answer.body).toStrictEqual({ ...(await anna.me()).body, firstName: 'Anna' });
          expect(answer.body).toMatchObject({ email: anna.email, isVerified: true });
          expect(credentialOf(answer)).toBeUndefined();
        });
        const written = { firstName: 'Anna', pendingEmail: email, updatedAt: expect.any(Date) };
        expect(await host.row({ id: anna.id })).toEqual({ ...before, ...written });

        expect(events.map(({ constructor }) => constructor)).toEqual([
          UserUpdatedEvent,
          UserEmailChangeRequestedEvent,
        ]);
        expect(events[0]).toMatchObject({ changes: ['firstName'] });
        const request = events[1] as UserEmailChangeRequestedEvent;
        expect(request).toMatchObject({ newEmail: email, user: { email: anna.email } });
        expect(request.request?.url).toBe('/users/me');
        expect(Object.keys(request).toSorted()).toEqual(['newEmail', 'occurredAt', 'user']);
        expect(request.token).not.toBe(request.cancelToken);

        const unheard = await host.events.during(async () => {
          for (const route of ['forgot-password', 'request-verify-token']) {
            expect((await post(host, route, { email })).status).toBe(202);
          }
          expectError(await under(anna, email).login(), 400, 'LOGIN_BAD_CREDENTIALS');
        });
        expect(unheard, 'the new address is nobody’s yet').toEqual([]);
        await post(host, 'forgot-password', { email: anna.email });
        expect(await host.events.resetTokens(anna.email)).toHaveLength(1);
        expect((await anna.login()).status).toBeLessThan(300);
      });

      it('VF-05, VF-04: takes the old one’s place, verified, and logs nobody in', async () => {
        const { host } = stage;
        const anna = await newcomer(host, backend);
        const email = newEmail('New').replace('@e', '@E');
        const { token, cancelToken } = await pendingChange(anna, email);
        const before = await host.row({ id: anna.id });
        const events = await host.events.during(async () => {
          const answer = await confirmChange(host, token);
          expect(answer.status).toBe(200);
          expect(answer.body).toStrictEqual({
            ...{ id: anna.id, email, isActive: true, isSuperuser: false, isVerified: true },
            firstName: null,
          });
          expect(answer.headers['cache-control']).toBe('no-store');
          expect(credentialOf(answer)).toBeUndefined();
        });
        expect(await host.row({ id: anna.id })).toEqual({
          ...before,
          ...{ email, canonicalEmail: email.toLowerCase(), pendingEmail: null, isVerified: true },
          updatedAt: expect.any(Date),
        });
        expect(events.map(({ constructor }) => constructor)).toEqual([
          UserUpdatedEvent,
          UserEmailChangedEvent,
        ]);
        expect(events[0]).toMatchObject({ changes: ['email', 'isVerified'] });
        expect(events[1]).toMatchObject({ previousEmail: anna.email, user: { email } });
        expect(events[1]?.request?.url).toBe('/users/confirm-email-change');

        expect((await anna.me()).body, 'the session goes on').toMatchObject({ email });
        expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
        expect((await under(anna, email).login()).status).toBeLessThan(300);
        const body = { email: anna.email, password: newPassword() };
        expect((await post(host, 'register', body)).status, 'the old one is free').toBe(201);
        for (const used of [token, cancelToken]) {
          expectError(await confirmChange(host, used), 400, 'CHANGE_EMAIL_BAD_TOKEN');
          expectError(await cancelChange(host, used), 400, 'CHANGE_EMAIL_BAD_TOKEN');
        }
        expect(await host.row({ id: anna.id })).toMatchObject({ email });
      });

      it('VF-05, D9: needs the current password, and nothing else of the request is written', async () => {
        const anna = await newcomer(stage.host, backend);
        const before = await stage.host.row({ id: anna.id });
        const events = await stage.host.events.during(async () => {
          for (const currentPassword of [undefined, '', newPassword()]) {
            const refused = await askFor(anna, newEmail(), { currentPassword, firstName: 'Eve' });
            expectError(refused, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
          }
        });
        expect(events).toEqual([]);
        expect(await stage.host.row({ id: anna.id })).toEqual(before);
      });
    });

    it('VF-05: the old address can cancel it, and then it is dead', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const { token, cancelToken } = await pendingChange(anna);
      const events = await host.events.during(async () => {
        const answer = await cancelChange(host, cancelToken);
        expect([answer.status, answer.text]).toEqual([204, '']);
        expectError(await confirmChange(host, token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
        expectError(await cancelChange(host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      });
      expect(events).toEqual([expect.any(UserEmailChangeCancelledEvent)]);
      expect(events[0]).toMatchObject({ user: { email: anna.email, pendingEmail: null } });
      expect(events[0]?.request?.url).toBe('/users/cancel-email-change');
      expect(await host.row({ id: anna.id })).toMatchObject({
        email: anna.email,
        pendingEmail: null,
      });
    });

    it('RS-04, VF-01: voids the reset and verification tokens of the old address', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await post(host, 'forgot-password', { email: anna.email });
      await post(host, 'request-verify-token', { email: anna.email });
      const [reset] = await host.events.resetTokens(anna.email);
      const [verification] = await host.events.verificationTokens(anna.email);
      await confirmChange(host, (await pendingChange(anna)).token);
      expectError(
        await post(host, 'reset-password', { token: reset, password: newPassword() }),
        400,
        'RESET_PASSWORD_BAD_TOKEN',
      );
      expectError(
        await post(host, 'verify', { token: verification }),
        400,
        'VERIFY_USER_BAD_TOKEN',
      );
      expect((await anna.me()).status).toBe(200);
    });

    it('can be asked for together with a new password: the mail is for what is stored then', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const [email, password] = [newEmail('new'), newPassword()];
      expect((await askFor(anna, email, { password })).status).toBe(200);
      const { token } = (await changesOf(anna))[0]!;
      expect((await confirmChange(host, token)).body).toMatchObject({ email });
      expect((await under(anna, email).login(password)).status).toBe(200);
    });
  },
  CONFIRMED,
);

tell(
  'Whoever wants another address',
  everyDatabase,
  (stage) => {
    it('VF-05: may change their mind: only the latest token is good', async () => {
      const anna = await newcomer(stage.host);
      const first = await pendingChange(anna);
      const second = await pendingChange(anna);
      expectError(await confirmChange(stage.host, first.token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expectError(await cancelChange(stage.host, first.cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expect((await confirmChange(stage.host, second.token)).body).toMatchObject({
        email: second.newEmail,
      });
    });

    it('gets the mail again by asking again', async () => {
      const anna = await newcomer(stage.host);
      const { newEmail: email } = await pendingChange(anna);
      const again = await stage.host.events.during(() => askFor(anna, email));
      expect(again).toEqual([expect.any(UserEmailChangeRequestedEvent)]);
      const { token } = again[0] as UserEmailChangeRequestedEvent;
      expect((await confirmChange(stage.host, token)).body).toMatchObject({ email });
    });

    it('may send the whole form: the address as it is changes nothing of what waits', async () => {
      const anna = await newcomer(stage.host);
      const { token, newEmail: email } = await pendingChange(anna);
      const body = { ...(await anna.me()).body, firstName: 'Anna' };
      const events = await stage.host.events.during(async () => {
        expect((await anna.send({ method: 'PATCH', path: '/users/me', body })).status).toBe(200);
      });
      expect(events).toEqual([expect.any(UserUpdatedEvent)]);
      expect(await stage.host.row({ id: anna.id })).toMatchObject({ pendingEmail: email });
      expect((await confirmChange(stage.host, token)).status).toBe(200);
    });

    it('changes nothing but letters by another spelling: at once, without proof, still verified', async () => {
      const anna = await newcomer(stage.host, 'jwt', { isVerified: true });
      const { token, newEmail: pendingEmail } = await pendingChange(anna);
      const email = anna.email.toUpperCase();
      const events = await stage.host.events.during(async () => {
        const answer = await askFor(anna, email, { currentPassword: undefined });
        expect(answer.body).toMatchObject({ email, isVerified: true });
      });
      expect(events).toEqual([expect.any(UserUpdatedEvent)]);
      const row = { email, canonicalEmail: anna.email, pendingEmail, isVerified: true };
      expect(await stage.host.row({ id: anna.id })).toMatchObject(row);
      expect((await confirmChange(stage.host, token)).status).toBe(200);
    });

    it('VF-05: confirms what was asked for, though somebody asked for more meanwhile', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const [mine, other] = [newEmail('mine'), newEmail('other')];
      const adapter = host.app.get<UserAdapter<User>>(UserAdapter, { strict: false });
      const update = adapter.update.bind(adapter);
      // Between the write of the first request and its look at the row, the second one is done.
      adapter.update = async (...call) => {
        adapter.update = update;
        await update(...call);
        expect((await askFor(anna, other)).status).toBe(200);
        return adapter.findById(call[0]);
      };
      expect((await askFor(anna, mine)).status).toBe(200);
      const mailed = (await changesOf(anna)).find(({ newEmail: email }) => email === mine);
      expect(mailed?.token).toEqual(expect.any(String));
      expectError(await confirmChange(host, mailed?.token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      expect(await host.row({ id: anna.id })).toMatchObject({
        email: anna.email,
        pendingEmail: other,
      });
    });
  },
  CONFIRMED,
);

tell(
  'The tokens of an address change',
  everyPlatform,
  (stage) => {
    it('RS-12: confirm and cancel are different kinds, and no other token is either', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await post(host, 'forgot-password', { email: anna.email });
      await post(host, 'request-verify-token', { email: anna.email });
      const { token, cancelToken } = await pendingChange(anna);
      const others = [
        ...(await host.events.resetTokens(anna.email)),
        ...(await host.events.verificationTokens(anna.email)),
        String(anna.credential['authorization']).slice(7),
      ];
      expect(others).toHaveLength(3);
      const before = await host.row({ id: anna.id });
      for (const wrong of [cancelToken, ...others, `${token}x`, '']) {
        expectError(await confirmChange(host, wrong), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      }
      for (const wrong of [token, ...others, `${cancelToken}x`, '']) {
        expectError(await cancelChange(host, wrong), 400, 'CHANGE_EMAIL_BAD_TOKEN');
      }
      for (const one of [token, cancelToken]) {
        const reset = { token: one, password: newPassword() };
        expectError(await post(host, 'reset-password', reset), 400, 'RESET_PASSWORD_BAD_TOKEN');
        expectError(await post(host, 'verify', { token: one }), 400, 'VERIFY_USER_BAD_TOKEN');
        const headers = { authorization: `Bearer ${one}` };
        expect((await host.send({ path: '/users/me', headers })).status).toBe(401);
      }
      expect(await host.row({ id: anna.id })).toEqual(before);
      expect((await confirmChange(host, token)).status).toBe(200);
    });

    it('are one text each, and nothing else', async () => {
      for (const token of [undefined, null, 1, ['x'], { $ne: null }]) {
        expectInvalid(await confirmChange(stage.host, token), 'token');
        expectInvalid(await cancelChange(stage.host, token), 'token');
      }
    });

    it('VF-03: scanners of mails confirm and cancel nothing: GET and HEAD do not exist', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const anna = await newcomer(host);
      const { token, cancelToken } = await pendingChange(anna);
      const before = await host.row({ id: anna.id });
      for (const method of ['GET', 'HEAD']) {
        for (const path of [
          `/users/confirm-email-change?token=${token}`,
          `/users/cancel-email-change?token=${cancelToken}`,
          `/users/confirm-email-change/${token}`,
          `/users/cancel-email-change/${cancelToken}`,
        ]) {
          // Without a credential it looks like a user's page, which strangers may not see.
          expect([401, 404]).toContain((await host.send({ method, path })).status);
          expect((await admin.send({ method, path })).status).toBe(404);
        }
      }
      expect(await host.row({ id: anna.id })).toEqual(before);
      expect((await confirmChange(host, token)).status).toBe(200);
    });

    describe('by a clock that stands still', () => {
      const noon = new Date('2026-01-15T12:00:00.000Z').getTime();
      beforeEach(() => {
        vi.useFakeTimers({ toFake: ['Date'], now: noon });
      });
      afterEach(() => {
        vi.useRealTimers();
      });

      it('RS-06: live for an hour, to the second', async () => {
        const anna = await newcomer(stage.host);
        const { token, cancelToken, newEmail: email } = await pendingChange(anna);
        vi.setSystemTime(noon + 3600_000);
        expectError(await confirmChange(stage.host, token), 400, 'CHANGE_EMAIL_BAD_TOKEN');
        expectError(await cancelChange(stage.host, cancelToken), 400, 'CHANGE_EMAIL_BAD_TOKEN');
        expect(await stage.host.row({ id: anna.id })).toMatchObject({ pendingEmail: email });
        vi.setSystemTime(noon + 3599_000);
        expect((await confirmChange(stage.host, token)).status).toBe(200);
      });
    });
  },
  CONFIRMED,
);
