import { UserForgotPasswordEvent } from '@nestjs-users/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { askForMail, resetBy } from '../harness/recovery.js';
import { UNKNOWN_ID } from '../harness/routes.js';
import { everySetup, tell } from '../harness/tell.js';

/** Has a mail sent to somebody, by which they choose a new password. */
const sendReset = (who: Persona, id: string, body?: object): Promise<Answer> =>
  who.send({ method: 'POST', path: `/users/${id}/forgot-password`, ...(body && { body }) });

tell('A reset that a superuser triggers', everySetup, (stage) => {
  describe.each(backends)('with %s', (backend) => {
    let admin: Persona;
    beforeEach(async () => {
      admin = await newcomer(stage.host, backend, { isSuperuser: true });
    });

    it('RS-17: the owner gets the mail, and nobody learns the password but them', async () => {
      const { host } = stage;
      const anna = await newcomer(host, backend);
      const before = await host.row({ id: anna.id });
      const events = await host.events.during(async () => {
        const answer = await sendReset(admin, anna.id);
        expect([answer.status, answer.text]).toEqual([202, '']);
        expect(answer.headers['cache-control']).toBe('no-store');
      });
      expect(events).toEqual([expect.any(UserForgotPasswordEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(events[0]?.request?.url).toBe(`/users/${anna.id}/forgot-password`);
      expect(await host.row({ id: anna.id }), 'RS-15').toEqual(before);
      expect((await anna.me()).status, 'until it is used').toBe(200);

      const { token } = events[0] as UserForgotPasswordEvent;
      const password = newPassword();
      expect((await resetBy(host, token, password)).status).toBe(200);
      expectUnauthorized(await anna.me());
      expect((await anna.login(password)).status).toBeLessThan(300);
      expect((await admin.me()).status).toBe(200);
    });

    it('RS-17: is for superusers alone, and tells others nothing of who exists', async () => {
      const { host } = stage;
      const [anna, otto] = [await newcomer(host), await newcomer(host, backend)];
      const events = await host.events.during(async () => {
        for (const id of [anna.id, otto.id, UNKNOWN_ID]) {
          const message = { method: 'POST', path: `/users/${id}/forgot-password` };
          expectUnauthorized(await host.send(message));
          expectError(await sendReset(otto, id), 403, 'FORBIDDEN');
        }
        for (const id of [UNKNOWN_ID, 'me', 'nobody', '%00']) {
          expectError(await sendReset(admin, id), 404, 'USER_NOT_FOUND');
        }
      });
      expect(events).toEqual([]);
    });

    it('AC-08: the mail goes to the stored address, whatever the request says', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const wish = { email: newEmail('thief'), id: admin.id, userId: admin.id };
      const events = await host.events.during(async () => {
        expect((await sendReset(admin, anna.id, wish)).status).toBe(202);
      });
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ user: { id: anna.id, email: anna.email } });
    });

    it('nobody who is inactive gets a mail: they are not to come in', async () => {
      const { host } = stage;
      const gone = await newcomer(host, 'jwt', { isActive: false });
      const events = await host.events.during(async () => {
        expect((await sendReset(admin, gone.id)).status).toBe(202);
      });
      expect(events).toEqual([]);
    });
  });

  describe('and the limit of mails', () => {
    const mailsDuring = async (deed: () => Promise<Answer>, times = 1): Promise<number> => {
      const events = await stage.host.events.during(async () => {
        for (let count = 0; count < times; count++) expect((await deed()).status).toBe(202);
      });
      return events.filter((event) => event instanceof UserForgotPasswordEvent).length;
    };

    it('RS-13, RS-17: is sent, though strangers have used up the mails of the account', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'cookie', { isSuperuser: true });
      const anna = await newcomer(host);
      const forget = () => askForMail(host, 'forgot-password', anna.email);
      expect(await mailsDuring(forget, 5)).toBe(3);
      expect(await mailsDuring(() => sendReset(admin, anna.id))).toBe(1);
    });

    it('RS-13: takes nothing of what the owner may ask for', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const anna = await newcomer(host);
      expect(await mailsDuring(() => sendReset(admin, anna.id), 4)).toBe(4);
      expect(await mailsDuring(() => askForMail(host, 'forgot-password', anna.email))).toBe(1);
    });
  });
});
