import { UserForgotPasswordEvent, UserPasswordResetEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, newcomer, Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

tell('A forgotten password', everySetup, (stage) => {
  const forget = (email: unknown): Promise<Answer> =>
    stage.host.send({ method: 'POST', path: '/users/forgot-password', body: { email } });
  const reset = (token: unknown, password: unknown): Promise<Answer> =>
    stage.host.send({ method: 'POST', path: '/users/reset-password', body: { token, password } });

  /** The token that a listener receives for somebody who asks. */
  async function tokenFor({ email }: Pick<Persona, 'email'>): Promise<string> {
    await forget(email);
    return (await stage.host.events.resetTokens(email)).at(-1) ?? '';
  }

  it('is answered the same for everybody; only active users get a token', async () => {
    const [anna, gone] = [
      await newcomer(stage.host),
      await newcomer(stage.host, 'jwt', { isActive: false }),
    ];
    const told = (await stage.host.events.of(UserForgotPasswordEvent)).length;
    const answers = [
      await forget(anna.email),
      await forget(anna.email.toUpperCase()),
      await forget(gone.email),
      await forget(newEmail()),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(202);
      expect(answer.text).toBe('');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(Object.keys(answer.headers)).toEqual(Object.keys(answers[0]?.headers ?? {}));
    }
    const events = (await stage.host.events.of(UserForgotPasswordEvent)).slice(told);
    expect(events.map(({ user }) => user.email)).toEqual([anna.email, anna.email]);
    expect(events[0]?.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(events[0]?.request?.url).toBe('/users/forgot-password');
    expect(events[0]?.user.securityStamp).toBeUndefined();
    expect(Object.keys(events[0] ?? {})).not.toContain('token');
  });

  it('is asked for by an address, and by nothing else', async () => {
    for (const email of [undefined, null, 5, ['anna@example.org'], {}, 'anna', '']) {
      expectInvalid(await forget(email), 'email');
    }
  });

  describe.each(backends)('of somebody who uses %s', (backend) => {
    it('is replaced by the token: all credentials end, and the new password counts', async () => {
      const anna = await newcomer(stage.host, backend);
      const elsewhere = new Persona(stage.host, anna.id, anna.email, anna.password, 'jwt');
      await elsewhere.login();
      const password = newPassword();

      const answer = await reset(await tokenFor(anna), password);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('');
      expect(answer.cookies).toEqual([]);
      expect((await anna.me()).status).toBe(401);
      expect((await elsewhere.me()).status).toBe(401);

      expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
      await anna.login(password);
      expect((await anna.me()).status).toBe(200);
    });

    it('tells the listeners of the reset, and of nothing else', async () => {
      const anna = await newcomer(stage.host, backend);
      const token = await tokenFor(anna);
      const events = await stage.host.events.during(() => reset(token, newPassword()));
      expect(events).toEqual([expect.any(UserPasswordResetEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(events[0]?.request?.url).toBe('/users/reset-password');
    });

    it('leaves everything else of the row as it was', async () => {
      const anna = await newcomer(stage.host, backend, { isVerified: true, isSuperuser: true });
      const before = await stage.host.row({ id: anna.id });
      await reset(await tokenFor(anna), newPassword());
      const after = await stage.host.row({ id: anna.id });
      for (const field of ['email', 'isVerified', 'isSuperuser', 'isActive', 'role'] as const) {
        expect(after?.[field]).toBe(before?.[field]);
      }
    });
  });

  it('a token works once, and not beside another one that was used', async () => {
    const anna = await newcomer(stage.host);
    const [first, second] = [await tokenFor(anna), await tokenFor(anna)];
    expect((await reset(second, newPassword())).status).toBe(200);
    for (const token of [second, first]) {
      expectError(await reset(token, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
    }
  });

  it.each([
    { what: 'the password', change: () => ({ password: newPassword() }) },
    { what: 'the address', change: () => ({ email: newEmail() }) },
    { what: 'the account being switched off', change: () => ({ isActive: false }) },
  ])('a token dies with a change of $what', async ({ change }) => {
    const anna = await newcomer(stage.host);
    const token = await tokenFor(anna);
    await stage.host.users.update({ id: anna.id }, change());
    expectError(await reset(token, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
  });

  it('a token dies with its user', async () => {
    const anna = await newcomer(stage.host);
    const token = await tokenFor(anna);
    await stage.host.users.delete({ id: anna.id });
    expectError(await reset(token, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
  });

  it('a token survives a login, a new name and a password that the policy refuses', async () => {
    const anna = await newcomer(stage.host);
    const token = await tokenFor(anna);
    await anna.login();
    await anna.send({ method: 'PATCH', path: '/users/me', body: { firstName: 'Anna' } });
    for (const password of ['', 'short']) {
      const reason = expect.stringMatching(/^The password .*\.$/) as unknown;
      const answer = await reset(token, password);
      expectError(answer, 400, 'RESET_PASSWORD_INVALID_PASSWORD', { reason });
    }
    expect((await reset(token, newPassword())).status).toBe(200);
  });

  it('what is no reset token opens nothing', async () => {
    const anna = await newcomer(stage.host);
    const token = await tokenFor(anna);
    const login = anna.credential['authorization']?.split(' ')[1];
    const stamp = (await stage.host.row({ id: anna.id }))?.securityStamp;
    for (const bad of ['', 'x', 'a.b.c', login, `${token}x`, token.slice(0, -2), ` ${token}`]) {
      expectError(await reset(bad, newPassword()), 400, 'RESET_PASSWORD_BAD_TOKEN');
    }
    expect((await stage.host.row({ id: anna.id }))?.securityStamp).toBe(stamp);
  });

  it('is reset by a token and a password, and by nothing else', async () => {
    const token = await tokenFor(await newcomer(stage.host));
    expectInvalid(await reset(undefined, undefined), 'password', 'token');
    for (const value of [null, 5, true, [], {}]) {
      expectInvalid(await reset(value, newPassword()), 'token');
      expectInvalid(await reset(token, value), 'password');
    }
  });

  it('the token of the reset is no credential', async () => {
    const token = await tokenFor(await newcomer(stage.host));
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { cookie: `__Host-users-cookie=${token}`, 'sec-fetch-site': 'same-origin' },
    ]) {
      expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
    }
  });
});
