import {
  UserEmailChangedEvent,
  UserPasswordChangedEvent,
  UserUpdatedEvent,
} from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { expectError, expectInvalid, expectUnauthorized } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, credentialOf, newcomer, Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';

const change = (persona: Persona, body: unknown) =>
  persona.send({ method: 'PATCH', path: '/users/me', body });

tell('My account', everySetup, (stage) => {
  describe.each(backends)('with %s', (backend) => {
    it('is shown as the read model', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true });
      const answer = await anna.me();
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body).toStrictEqual({
        id: anna.id,
        email: anna.email,
        isActive: true,
        isSuperuser: false,
        isVerified: true,
        firstName: null,
      });
    });

    it('is nobody’s without a credential, or with that of somebody switched off', async () => {
      const anna = await newcomer(stage.host, backend);
      await stage.host.users.update({ id: anna.id }, { isActive: false });
      expectUnauthorized(await stage.host.send({ path: '/users/me' }));
      expectUnauthorized(await anna.me());
      expectUnauthorized(await change(anna, { firstName: 'Anna' }));
      expect((await stage.host.row({ id: anna.id }))?.firstName).toBeNull();
    });

    it('takes other fields without the current password', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true });
      const events = await stage.host.events.during(async () => {
        const answer = await change(anna, { firstName: 'Anna' });
        expect(answer.status).toBe(200);
        expect(answer.body).toStrictEqual({ ...(await anna.me()).body, firstName: 'Anna' });
        expect(answer.cookies).toEqual([]);
      });
      expect(events).toEqual([expect.any(UserUpdatedEvent)]);
      expect(events[0]).toMatchObject({ changes: ['firstName'], user: { firstName: 'Anna' } });
      expect(events[0]?.request?.url).toBe('/users/me');
    });

    it('is as it was, and nobody hears of it, when nothing changes', async () => {
      const anna = await newcomer(stage.host, backend);
      await change(anna, { firstName: 'Anna' });
      const before = await stage.host.row({ id: anna.id });
      const events = await stage.host.events.during(async () => {
        for (const body of [{}, { firstName: 'Anna' }, { email: anna.email }, { nonsense: 1 }]) {
          expect((await change(anna, body)).status).toBe(200);
        }
      });
      expect(events).toEqual([]);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });

    it('PW-16: asks the current password for a new one or a new address', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true });
      const before = await stage.host.row({ id: anna.id });
      const events = await stage.host.events.during(async () => {
        for (const wish of [{ password: newPassword() }, { email: newEmail() }]) {
          for (const proof of [{}, { currentPassword: '' }, { currentPassword: newPassword() }]) {
            const answer = await change(anna, { ...wish, ...proof, firstName: 'Eve' });
            expectError(answer, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
            expect(credentialOf(answer)).toBeUndefined();
          }
          expectInvalid(await change(anna, { ...wish, currentPassword: null }), 'currentPassword');
        }
      });
      expect(events).toEqual([]);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
      expect((await anna.me()).status).toBe(200);
    });

    it('PW-17: gives a fresh credential for a new password, and ends all others', async () => {
      const anna = await newcomer(stage.host, backend);
      const others = backends.map(
        (name) => new Persona(stage.host, anna.id, anna.email, anna.password, name),
      );
      for (const other of others) await other.login();
      const stale = new Persona(stage.host, anna.id, anna.email, anna.password, backend);
      stale.adopt(await anna.login());
      const [shown, password] = [(await anna.me()).body, newPassword()];

      const events = await stage.host.events.during(async () => {
        const answer = await change(anna, { password, currentPassword: anna.password });
        expect(answer.status).toBe(200);
        expect(answer.cookies).toHaveLength(backend === 'cookie' ? 1 : 0);
        const token = { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 };
        expect(answer.body).toStrictEqual({ ...shown, ...(backend === 'jwt' && token) });
        anna.adopt(answer);
      });
      expect(events).toEqual([expect.any(UserPasswordChangedEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id } });
      expect((await anna.me()).body).toEqual(shown);
      for (const other of [...others, stale]) expectUnauthorized(await other.me());
      expectError(await stale.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      expect(credentialOf(await stale.login(password))).toBeDefined();
    });

    it('names the fields in the event beside a new password, never the password', async () => {
      const anna = await newcomer(stage.host, backend);
      const wish = { password: newPassword(), email: newEmail(), firstName: 'Anna' };
      const events = await stage.host.events.during(() =>
        change(anna, { ...wish, currentPassword: anna.password }),
      );
      expect(events.map(({ constructor }) => constructor)).toEqual([
        UserUpdatedEvent,
        UserEmailChangedEvent,
        UserPasswordChangedEvent,
      ]);
      const updated = events.find((event) => event instanceof UserUpdatedEvent);
      expect(updated?.changes.toSorted()).toEqual(['email', 'firstName']);
      expect(stage.host.events.print()).not.toContain('CANARY');
    });

    it('is not verified any more with a new address, and keeps its credential', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true });
      const email = newEmail('New').replace('@e', '@E');
      const events = await stage.host.events.during(async () => {
        const answer = await change(anna, { email, currentPassword: anna.password });
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ email, isVerified: false });
        expect(credentialOf(answer)).toBeUndefined();
      });
      expect(events).toHaveLength(2);
      expect((events[0] as UserUpdatedEvent).changes.toSorted()).toEqual(['email', 'isVerified']);
      expect(events[1]).toBeInstanceOf(UserEmailChangedEvent);
      expect(events[1]).toMatchObject({ previousEmail: anna.email, user: { email } });
      expect((await anna.me()).body).toMatchObject({ email, isVerified: false });
      expect(await stage.host.row({ canonicalEmail: anna.email })).toBeNull();
    });

    it('stays verified with another spelling of the address, without the password', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true });
      const email = anna.email.toUpperCase();
      const events = await stage.host.events.during(async () => {
        const answer = await change(anna, { email });
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ email, isVerified: true });
      });
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ changes: ['email'] });
      expect(await stage.host.row({ id: anna.id })).toMatchObject({
        email,
        canonicalEmail: anna.email,
      });
    });

    it('refuses an address that is taken, and a password that the policy refuses', async () => {
      const [anna, otto] = [await newcomer(stage.host, backend), await newcomer(stage.host)];
      const before = await stage.host.row({ id: anna.id });
      const currentPassword = anna.password;
      const taken = await change(anna, { email: otto.email.toUpperCase(), currentPassword });
      expectError(taken, 400, 'UPDATE_USER_EMAIL_ALREADY_EXISTS');
      const reason = expect.stringMatching(/^The password .*\.$/) as unknown;
      for (const password of ['', 'short']) {
        const answer = await change(anna, { password, currentPassword });
        expectError(answer, 400, 'UPDATE_USER_INVALID_PASSWORD', { reason });
      }
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
      expect((await anna.me()).status).toBe(200);
    });

    it('AC-01: leaves alone what its owner may not decide', async () => {
      const anna = await newcomer(stage.host, backend);
      const before = await stage.host.row({ id: anna.id });
      const past = '2001-01-01T00:00:00.000Z';
      const forbidden = {
        ...{ id: '11111111-1111-4111-8111-111111111111', hashedPassword: 'x', securityStamp: 'x' },
        ...{ isSuperuser: true, isVerified: true, isActive: false, canonicalEmail: 'x@y.org' },
        ...{ createdAt: past, updatedAt: past, role: 'admin', balance: 1e6, roles: ['admin'] },
      };
      for (const [field, value] of Object.entries(forbidden)) {
        expect((await change(anna, { [field]: value })).status, field).toBe(200);
      }
      expect((await change(anna, forbidden)).status).toBe(200);
      expect((await change(anna, { password: newPassword() })).status).toBe(400);
      expect((await change(anna, { email: newEmail() })).status).toBe(400);
      const proto = '{"__proto__":{"isSuperuser":true},"constructor":{"prototype":{"isActive":0}}}';
      const headers = { 'content-type': 'application/json' };
      const message = { method: 'PATCH', path: '/users/me', headers, body: proto };
      expect([200, 400]).toContain((await anna.send(message)).status);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });

    it('AC-02: null is refused where the model does not allow it', async () => {
      const anna = await newcomer(stage.host, backend);
      const before = await stage.host.row({ id: anna.id });
      for (const field of ['email', 'password', 'currentPassword', 'firstName']) {
        expectInvalid(await change(anna, { [field]: null }), field);
      }
      const all = { email: null, password: null, isActive: null };
      expectInvalid(await change(anna, all), 'email', 'password');
      expect((await change(anna, { isActive: null, isSuperuser: null })).status).toBe(200);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });
  });
});

tell(
  'My account where the current password is not asked for',
  everyPlatform,
  (stage) => {
    it.each(backends)('a new password and address need no proof (%s)', async (backend) => {
      const anna = await newcomer(stage.host, backend);
      const [email, password] = [newEmail(), newPassword()];
      expect((await change(anna, { email })).body).toMatchObject({ email });
      anna.adopt(await change(anna, { password }));
      expect((await anna.me()).body).toMatchObject({ email });
    });
  },
  { options: { requireCurrentPassword: false } },
);
