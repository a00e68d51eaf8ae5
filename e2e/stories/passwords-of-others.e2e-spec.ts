import { expect, it } from 'vitest';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, newcomer } from '../harness/persona.js';
import { UNKNOWN_ID } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

tell(
  'Where superusers may not set passwords',
  everyPlatform,
  (stage) => {
    it.each(backends)('RS-17: not even a part of such a request is done (%s)', async (backend) => {
      const { host } = stage;
      const admin = await newcomer(host, backend, { isSuperuser: true });
      const anna = await newcomer(host);
      const before = [await host.row({ id: anna.id }), await host.row({ id: admin.id })];
      host.hasher.reset();
      const events = await host.events.during(async () => {
        // Their own as well: that is what `/me` is for, which asks for the current one.
        for (const id of [anna.id, admin.id, UNKNOWN_ID]) {
          for (const password of [newPassword(), 'short', '']) {
            const body = { password, firstName: 'Eve', currentPassword: admin.password };
            const refused = await admin.send({ method: 'PATCH', path: `/users/${id}`, body });
            expectError(refused, 403, 'FORBIDDEN');
            expect(refused.body.message).toContain('forgot-password');
          }
        }
      });
      expect(events).toEqual([]);
      expect(host.hasher.calls).toBe(0);
      const after = [await host.row({ id: anna.id }), await host.row({ id: admin.id })];
      expect(after).toEqual(before);
      const path = `/users/${anna.id}`;
      const wrong = await admin.send({ method: 'PATCH', path, body: { password: null } });
      expectInvalid(wrong, 'password');
    });

    it('RS-17: they may change all the rest, and everybody may change their own', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const anna = await newcomer(host);
      const body = { firstName: 'Anna', email: newEmail(), isVerified: true };
      const changed = await admin.send({ method: 'PATCH', path: `/users/${anna.id}`, body });
      expect(changed).toMatchObject({ status: 200, body });
      const own = { password: newPassword(), currentPassword: admin.password };
      expect((await admin.send({ method: 'PATCH', path: '/users/me', body: own })).status).toBe(
        200,
      );
      await host.users.update({ id: anna.id }, { password: newPassword() });
    });
  },
  { options: { superusersMaySetPasswords: false } },
);
