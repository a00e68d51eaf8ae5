import {
  UserDeletedEvent,
  UserPasswordChangedEvent,
  UserEmailChangedEvent,
  UserUpdatedEvent,
} from '@nestjs-users/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectError, expectInvalid, expectUnauthorized } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, credentialOf, newcomer, type Persona } from '../harness/persona.js';
import { UNKNOWN_ID } from '../harness/routes.js';
import { everySetup, tell } from '../harness/tell.js';

tell('Administration', everySetup, (stage) => {
  describe.each(backends)('by a superuser with %s', (backend) => {
    let admin: Persona;
    beforeEach(async () => {
      admin = await newcomer(stage.host, backend, { isSuperuser: true });
    });
    const show = (id: string) => admin.send({ path: `/users/${id}` });
    const change = (id: string, body: unknown) =>
      admin.send({ method: 'PATCH', path: `/users/${id}`, body });
    const remove = (id: string) => admin.send({ method: 'DELETE', path: `/users/${id}` });

    it('shows everybody as the read model', async () => {
      const anna = await newcomer(stage.host);
      const answer = await show(anna.id);
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body).toStrictEqual((await anna.me()).body);
      await stage.host.users.update({ id: anna.id }, { isActive: false });
      expect((await show(anna.id)).body).toMatchObject({ id: anna.id, isActive: false });
    });

    it('knows nobody by an unknown id', async () => {
      expectError(await show(UNKNOWN_ID), 404, 'USER_NOT_FOUND');
      expectError(await change(UNKNOWN_ID, { firstName: 'Anna' }), 404, 'USER_NOT_FOUND');
      expectError(await remove(UNKNOWN_ID), 404, 'USER_NOT_FOUND');
    });

    it.each([
      { firstName: 'Anna' },
      { isVerified: true },
      { isSuperuser: true },
      { isActive: false },
      { email: newEmail('Renamed') },
    ])('AC-09: changes %j at once, and tells the listeners', async (wish) => {
      const anna = await newcomer(stage.host);
      const events = await stage.host.events.during(async () => {
        const answer = await change(anna.id, wish);
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ id: anna.id, ...wish });
        expect(credentialOf(answer)).toBeUndefined();
      });
      const isMoved = 'email' in wish;
      expect(events.map(({ constructor }) => constructor)).toEqual([
        UserUpdatedEvent,
        ...(isMoved ? [UserEmailChangedEvent] : []),
      ]);
      expect(events[0]).toMatchObject({ changes: Object.keys(wish), user: { id: anna.id } });
      expect(events[0]?.request?.url).toBe(`/users/${anna.id}`);
      expect(await stage.host.row({ id: anna.id })).toMatchObject(wish);
      expect((await anna.me()).status).toBe(wish.isActive === false ? 401 : 200);
    });

    it('AC-09: sets a password by the policy, without the current one; all sessions end', async () => {
      const anna = await newcomer(stage.host, backend);
      const reason = expect.stringMatching(/^The password .*\.$/) as unknown;
      const short = await change(anna.id, { password: 'short' });
      expectError(short, 400, 'UPDATE_USER_INVALID_PASSWORD', { reason });
      expect((await anna.me()).status).toBe(200);

      const password = newPassword();
      const events = await stage.host.events.during(async () => {
        const answer = await change(anna.id, { password });
        expect(answer.status).toBe(200);
        expect(credentialOf(answer)).toBeUndefined();
        expect(answer.body).not.toHaveProperty('access_token');
      });
      expect(events).toEqual([expect.any(UserPasswordChangedEvent)]);
      expectUnauthorized(await anna.me());
      expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      await anna.login(password);
      expect((await anna.me()).status).toBe(200);
      expect((await admin.me()).status).toBe(200);
    });

    it('a new address is not verified, unless the same request says so', async () => {
      const anna = await newcomer(stage.host, 'jwt', { isVerified: true });
      const first = await change(anna.id, { email: newEmail() });
      expect(first.body).toMatchObject({ isVerified: false });
      const second = await change(anna.id, { email: newEmail(), isVerified: true });
      expect(second.body).toMatchObject({ isVerified: true });
      const respelled = await change(anna.id, { email: second.body.email.toUpperCase() });
      expect(respelled.body).toMatchObject({ isVerified: true });
    });

    it('a deactivation ends all credentials for good', async () => {
      const anna = await newcomer(stage.host, backend);
      await change(anna.id, { isActive: false });
      expectUnauthorized(await anna.me());
      await change(anna.id, { isActive: true });
      expectUnauthorized(await anna.me());
      await anna.login();
      expect((await anna.me()).status).toBe(200);
    });

    it('AC-02 AC-09: null and wrong types are refused, and nothing is stored', async () => {
      const anna = await newcomer(stage.host);
      const before = await stage.host.row({ id: anna.id });
      for (const field of ['isActive', 'isSuperuser', 'isVerified']) {
        for (const value of [null, 'false', 'true', 0, 1, [], {}]) {
          expectInvalid(await change(anna.id, { [field]: value, firstName: 'Eve' }), field);
        }
      }
      for (const field of ['email', 'password', 'firstName']) {
        expectInvalid(await change(anna.id, { [field]: null }), field);
      }
      const all = { email: null, password: null, isActive: null };
      expectInvalid(await change(anna.id, all), 'email', 'isActive', 'password');
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });

    it('leaves alone what nobody may set', async () => {
      const anna = await newcomer(stage.host);
      const before = await stage.host.row({ id: anna.id });
      const columns = { id: UNKNOWN_ID, hashedPassword: 'x', securityStamp: 'x', role: 'admin' };
      const times = { createdAt: '2001-01-01', updatedAt: '2001-01-01' };
      const answer = await change(anna.id, { ...columns, ...times, canonicalEmail: 'x@y.org' });
      expect(answer.status).toBe(200);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });

    it('refuses an address that is taken', async () => {
      const [anna, otto] = [await newcomer(stage.host), await newcomer(stage.host)];
      const answer = await change(anna.id, { email: otto.email.toUpperCase(), firstName: 'Eve' });
      expectError(answer, 400, 'UPDATE_USER_EMAIL_ALREADY_EXISTS');
      expect((await anna.me()).body).toMatchObject({ email: anna.email, firstName: null });
    });

    it('deletes for good: the row, the credentials, the second time there is nobody', async () => {
      const anna = await newcomer(stage.host, backend);
      const events = await stage.host.events.during(async () => {
        const answer = await remove(anna.id);
        expect(answer.status).toBe(204);
        expect(answer.text).toBe('');
        expectError(await remove(anna.id), 404, 'USER_NOT_FOUND');
      });
      expect(events).toEqual([expect.any(UserDeletedEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(await stage.host.row({ id: anna.id })).toBeNull();
      expectUnauthorized(await anna.me());
      expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      expectError(await show(anna.id), 404, 'USER_NOT_FOUND');
    });
  });

  describe('of the last superuser', () => {
    let admin: Persona;
    beforeEach(async () => {
      const { dataSource, entity } = stage.host;
      await dataSource.getRepository(entity).update({ isSuperuser: true }, { isSuperuser: false });
      admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    });
    const ends = [
      { title: 'demotion', method: 'PATCH', body: { isSuperuser: false } },
      { title: 'deactivation', method: 'PATCH', body: { isActive: false, firstName: 'Eve' } },
      { title: 'deletion', method: 'DELETE' },
    ];

    it.each(ends)('refuses the $title: 409, and nothing happens', async ({ method, body }) => {
      await newcomer(stage.host, 'jwt', { isSuperuser: true, isActive: false });
      const before = await stage.host.row({ id: admin.id });
      const events = await stage.host.events.during(async () => {
        const answer = await admin.send({ method, path: `/users/${admin.id}`, body });
        expectError(answer, 409, 'LAST_SUPERUSER');
      });
      expect(events).toEqual([]);
      expect(await stage.host.row({ id: admin.id })).toEqual(before);
      expect((await admin.send({ path: '/users' })).status).toBe(200);
    });

    it.each(ends)('allows the $title of another one', async ({ method, body }) => {
      const other = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const answer = await admin.send({ method, path: `/users/${other.id}`, body });
      expect([200, 204]).toContain(answer.status);
      expect((await other.send({ path: '/users' })).status).toBeGreaterThanOrEqual(401);
      expectError(
        await admin.send({ method: 'DELETE', path: `/users/${admin.id}` }),
        409,
        'LAST_SUPERUSER',
      );
    });
  });
});
