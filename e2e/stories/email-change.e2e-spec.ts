import { UserEmailChangedEvent, UserUpdatedEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';
import { askFor, cancelChange, confirmChange } from '../harness/email-change.js';

const mail = ({ host, email }: Persona, route: string) =>
  host.send({ method: 'POST', path: `/users/${route}`, body: { email } });

tell('A change of address that counts at once', everySetup, (stage) => {
  describe.each(backends)('with %s', (backend) => {
    it('VF-06: takes the verification away in the same write', async () => {
      const { host } = stage;
      const anna = await newcomer(host, backend, { isVerified: true });
      const before = await host.row({ id: anna.id });
      const email = newEmail('New');
      const events = await host.events.during(async () => {
        const answer = await askFor(anna, email);
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ email, isVerified: false });
      });
      expect(await host.row({ id: anna.id })).toEqual({
        ...before,
        email,
        canonicalEmail: email.toLowerCase(),
        isVerified: false,
        updatedAt: expect.any(Date),
      });
      expect(events.map(({ constructor }) => constructor)).toEqual([
        UserUpdatedEvent,
        UserEmailChangedEvent,
      ]);
      expect(events[1]).toMatchObject({
        previousEmail: anna.email,
        user: { id: before?.id, email },
      });
      expect(events[1]?.request?.url).toBe('/users/me');
      expect(await host.row({ canonicalEmail: anna.email })).toBeNull();
      expect((await anna.me()).status, 'the session goes on').toBe(200);
    });

    it('VF-05, D9: needs the current password', async () => {
      const anna = await newcomer(stage.host, backend);
      const before = await stage.host.row({ id: anna.id });
      const events = await stage.host.events.during(async () => {
        for (const currentPassword of [undefined, '', newPassword()]) {
          const refused = await askFor(anna, newEmail(), { currentPassword });
          expectError(refused, 400, 'UPDATE_USER_BAD_CURRENT_PASSWORD');
        }
        expectInvalid(await askFor(anna, newEmail(), { currentPassword: null }), 'currentPassword');
      });
      expect(events).toEqual([]);
      expect(await stage.host.row({ id: anna.id })).toEqual(before);
    });
  });

  it('RS-04, VF-01: makes tokens worthless that the old address was sent', async () => {
    const { host } = stage;
    const anna = await newcomer(host);
    await mail(anna, 'forgot-password');
    await mail(anna, 'request-verify-token');
    const [reset] = await host.events.resetTokens(anna.email);
    const [verification] = await host.events.verificationTokens(anna.email);
    expect([reset, verification]).toEqual([expect.any(String), expect.any(String)]);
    expect((await askFor(anna, newEmail())).status).toBe(200);

    const post = (route: string, body: object) =>
      host.send({ method: 'POST', path: `/users/${route}`, body });
    const password = newPassword();
    expectError(
      await post('reset-password', { token: reset, password }),
      400,
      'RESET_PASSWORD_BAD_TOKEN',
    );
    expectError(await post('verify', { token: verification }), 400, 'VERIFY_USER_BAD_TOKEN');
    expect(await host.row({ id: anna.id })).toMatchObject({ isVerified: false });
    expect((await anna.me()).status).toBe(200);
  });

  it('VF-06: a superuser may say in the same request that the new one is verified', async () => {
    const { host } = stage;
    const admin = await newcomer(host, 'cookie', { isSuperuser: true });
    const anna = await newcomer(host, 'jwt', { isVerified: true });
    const change = (body: object) =>
      admin.send({ method: 'PATCH', path: `/users/${anna.id}`, body });
    for (const [more, isVerified] of [
      [{}, false],
      [{ isVerified: true }, true],
      [{ isVerified: false }, false],
    ] as const) {
      const email = newEmail();
      const previousEmail = (await host.row({ id: anna.id }))?.email;
      const events = await host.events.during(() => change({ email, ...more }));
      expect(await host.row({ id: anna.id })).toMatchObject({ email, isVerified });
      expect(events.at(-1)).toBeInstanceOf(UserEmailChangedEvent);
      expect(events.at(-1)).toMatchObject({ previousEmail });
      expect(events.at(-1)?.request?.url).toBe(`/users/${anna.id}`);
    }
  });

  it('RS-13: is three an hour: nobody fills the mailboxes of strangers with notices', async () => {
    const { host } = stage;
    const eve = await newcomer(host);
    const stranger = newEmail('stranger');
    const events = await host.events.during(async () => {
      for (const email of [stranger, newEmail(), stranger]) {
        expect((await askFor(eve, email)).status).toBe(200);
      }
      for (const email of [newEmail(), eve.email]) {
        expectError(await askFor(eve, email), 429, 'TOO_MANY_ATTEMPTS');
      }
    });
    const notices = events.filter((event) => event instanceof UserEmailChangedEvent);
    expect(notices.map(({ previousEmail }) => previousEmail)).toHaveLength(3);
    expect(await host.row({ id: eve.id })).toMatchObject({ email: stranger });
    const admin = await newcomer(host, 'cookie', { isSuperuser: true });
    const body = { email: eve.email };
    const byAdmin = await admin.send({ method: 'PATCH', path: `/users/${eve.id}`, body });
    expect(byAdmin.status, 'superusers are not limited').toBe(200);
  });

  it('tells the listeners when code changes an address, too', async () => {
    const anna = await newcomer(stage.host);
    const email = newEmail();
    const events = await stage.host.events.during(() =>
      stage.host.users.update({ id: anna.id }, { email }),
    );
    expect(events.at(-1)).toBeInstanceOf(UserEmailChangedEvent);
    expect(events.at(-1)).toMatchObject({ previousEmail: anna.email, user: { email } });
    expect(events.at(-1)?.request).toBeUndefined();
  });
});

describe.each([
  ['confirmed', { emailChange: 'confirmed' }, true],
  ['generic', { registration: 'generic' }, true],
  ['nothing', {}, false],
  ['instant', { emailChange: 'instant' }, false],
  [
    'confirmed, without routes',
    { emailChange: 'confirmed', routes: { emailChange: false } },
    false,
  ],
] as const)('The shape says %s', (_name, extras, isThere) => {
  tell(
    'The mode of address changes',
    everyPlatform.filter(({ flavour }) => flavour === 'bare'),
    (stage) => {
      it(`decides that the routes are ${isThere ? '' : 'not '}there`, async () => {
        for (const answer of [
          await confirmChange(stage.host, 'x'),
          await cancelChange(stage.host, 'x'),
        ]) {
          if (isThere) expectError(answer, 400, 'CHANGE_EMAIL_BAD_TOKEN');
          else expect(answer.status).toBe(404);
        }
      });
    },
    { extras },
  );
});
