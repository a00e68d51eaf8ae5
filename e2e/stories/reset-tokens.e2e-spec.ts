import { inspect } from 'node:util';
import { UserForgotPasswordEvent } from '@nestjs-users/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backendDoor, bearerHeader, opens } from '../harness/doors.js';
import { expectError } from '../harness/errors.js';
import { claimsOf } from '../harness/forge.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

const reset = (host: Host, token: unknown, password: string) =>
  host.send({ method: 'POST', path: '/users/reset-password', body: { token, password } });

/** Asks for a token as its owner does. */
async function forgot(persona: Persona, headers: Record<string, string> = {}): Promise<string> {
  const { host, email } = persona;
  const body = { email };
  const answer = await host.send({ method: 'POST', path: '/users/forgot-password', headers, body });
  expect([answer.status, answer.text]).toEqual([202, '']);
  return (await host.events.resetTokens(email)).at(-1)!;
}

const canLogIn = async (persona: Persona, password: string) =>
  (await persona.login(password)).status === 200;

/** What makes a token worthless; some of it by the very routes that a thief would use. */
const deaths: Readonly<Record<string, (owner: Persona, admin: Persona) => Promise<unknown>>> = {
  'a new password by its owner': async (owner) => {
    const body = { currentPassword: owner.password, password: newPassword() };
    owner.password = body.password;
    return ok(owner.send({ method: 'PATCH', path: '/users/me', body }));
  },
  'a new password by a superuser': async ({ id }, admin) =>
    ok(admin.send({ method: 'PATCH', path: `/users/${id}`, body: { password: newPassword() } })),
  'a new password by code': ({ host, id }) =>
    host.users.update({ id }, { password: newPassword() }),
  'the reset by a second token': async (owner) =>
    ok(reset(owner.host, await forgot(owner), newPassword())),
  'a new address': async (owner) =>
    ok(
      owner.send({
        method: 'PATCH',
        path: '/users/me',
        body: { currentPassword: owner.password, email: newEmail() },
      }),
    ),
  deactivation: async ({ id }, admin) =>
    ok(admin.send({ method: 'PATCH', path: `/users/${id}`, body: { isActive: false } })),
  'deactivation, and activation again': async ({ id }, admin) => {
    for (const isActive of [false, true]) {
      await ok(admin.send({ method: 'PATCH', path: `/users/${id}`, body: { isActive } }));
    }
  },
  deletion: async ({ id }, admin) => ok(admin.send({ method: 'DELETE', path: `/users/${id}` })),
  'log out everywhere': ({ host, id }) => host.users.revokeCredentials({ id }),
};

async function ok(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  expect([200, 204], text).toContain(status);
}

tell('Reset tokens', everyDatabase, (stage) => {
  it('RS-02: a token works once', async () => {
    const owner = await newcomer(stage.host);
    const token = await forgot(owner);
    const [first, second] = [newPassword(), newPassword()];
    expect((await reset(stage.host, token, first)).status).toBe(200);
    for (const password of [second, first]) {
      expectError(await reset(stage.host, token, password), 400, 'RESET_PASSWORD_BAD_TOKEN');
    }
    expect(await canLogIn(owner, first)).toBe(true);
    expect(await canLogIn(owner, second)).toBe(false);
  });

  it.each(Object.keys(deaths))('RS-04: a token does not survive %s', async (death) => {
    const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    const owner = await newcomer(stage.host);
    const token = await forgot(owner);
    await deaths[death]!(owner, admin);
    const password = newPassword();
    expectError(await reset(stage.host, token, password), 400, 'RESET_PASSWORD_BAD_TOKEN');
    expect(await canLogIn(owner, password)).toBe(false);
  });

  it('RS-04: control: it survives what concerns neither password nor address', async () => {
    const owner = await newcomer(stage.host);
    const token = await forgot(owner);
    await ok(owner.send({ method: 'PATCH', path: '/users/me', body: { firstName: 'Anna' } }));
    await owner.login();
    expect((await reset(stage.host, token, newPassword())).status).toBe(200);
  });

  it('RS-08: a refused password does not use the token up, and a bad token comes first', async () => {
    const owner = await newcomer(stage.host);
    const token = await forgot(owner);
    for (const weak of ['', 'short', 'x'.repeat(5000), '\ud800'.repeat(10)]) {
      const refused = await reset(stage.host, token, weak);
      expect(refused.body?.code, JSON.stringify(weak.slice(0, 9))).toBe(
        'RESET_PASSWORD_INVALID_PASSWORD',
      );
      expect(refused.body.reason).toEqual(expect.any(String));
      expectError(await reset(stage.host, `${token}x`, weak), 400, 'RESET_PASSWORD_BAD_TOKEN');
    }
    expect(await canLogIn(owner, owner.password)).toBe(true);
    const good = newPassword();
    expect((await reset(stage.host, token, good)).status).toBe(200);
    expect(await canLogIn(owner, good)).toBe(true);
  });

  it('RS-15: asking for a token changes nothing of the account', async () => {
    const owner = await newcomer(stage.host);
    const before = await stage.host.row({ canonicalEmail: owner.email });
    for (let times = 0; times < 3; times++) await forgot(owner);
    expect(await stage.host.row({ canonicalEmail: owner.email })).toEqual(before);
    expect((await owner.me()).status).toBe(200);
    expect(await canLogIn(owner, owner.password)).toBe(true);
  });
});

tell('The way of a reset token', everyPlatform, (stage) => {
  it.each(['jwt', 'cookie'] as const)('RS-09: a reset does not log in (%s)', async (backend) => {
    const owner = await newcomer(stage.host, backend);
    const token = await forgot(owner);
    const answer = await owner.send({
      method: 'POST',
      path: '/users/reset-password',
      body: { token, password: newPassword() },
    });
    expect([answer.status, answer.text, answer.cookies]).toEqual([200, '', []]);
    expect(answer.headers['authorization']).toBeUndefined();
    expect((await owner.me()).status, 'and ends the session that there was').toBe(401);
    const bearer = backendDoor('jwt', bearerHeader);
    expect(await opens(bearer, stage.host, token)).toBe(false);
  });

  it('RS-14: no header decides what the mail will say', async () => {
    const owner = await newcomer(stage.host);
    const evil = 'evil.example';
    const token = await forgot(owner, {
      host: evil,
      'x-forwarded-host': evil,
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': `//${evil}`,
      'x-original-url': `http://${evil}/`,
      forwarded: `host=${evil}`,
      origin: `https://${evil}`,
      referer: `https://${evil}/`,
    });
    const event = (await stage.host.events.of(UserForgotPasswordEvent)).at(-1)!;
    expect(inspect({ ...event }, { depth: 10 })).not.toContain(evil);
    expect(JSON.stringify(claimsOf(token))).not.toContain(evil);
    expect(Object.keys(event).toSorted()).toEqual(['occurredAt', 'user']);
    expect(event.token).toBe(token);
    expect((await reset(stage.host, token, newPassword())).status).toBe(200);
  });

  describe('by a clock that stands still', () => {
    const noon = new Date('2026-01-15T12:00:00.000Z').getTime();
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: noon });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('RS-06: a token lives for an hour, to the second', async () => {
      const owner = await newcomer(stage.host);
      const token = await forgot(owner);
      const at = async (seconds: number) => {
        vi.setSystemTime(noon + seconds * 1000);
        return (await reset(stage.host, token, 'short')).body.code as string;
      };
      expect(await at(1)).toBe('RESET_PASSWORD_INVALID_PASSWORD');
      expect(await at(3599)).toBe('RESET_PASSWORD_INVALID_PASSWORD');
      expect(await at(3599.999)).toBe('RESET_PASSWORD_INVALID_PASSWORD');
      expect(await at(3600)).toBe('RESET_PASSWORD_BAD_TOKEN');
      expect(await at(3601)).toBe('RESET_PASSWORD_BAD_TOKEN');
      expect(await at(-4), 'another server is four seconds behind').toBe(
        'RESET_PASSWORD_INVALID_PASSWORD',
      );
      expect(await at(-60), 'a token of the future').toBe('RESET_PASSWORD_BAD_TOKEN');
    });
  });
});

tell(
  'Reset tokens of a short life',
  [everyPlatform[0]!],
  (stage) => {
    afterEach(() => {
      vi.useRealTimers();
    });

    it('RS-06: they live as long as somebody configures', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-15T12:00:00.000Z') });
      const token = await forgot(await newcomer(stage.host));
      vi.setSystemTime(new Date('2026-01-15T12:00:59.000Z'));
      expect((await reset(stage.host, token, 'x')).body.code).toBe(
        'RESET_PASSWORD_INVALID_PASSWORD',
      );
      vi.setSystemTime(new Date('2026-01-15T12:01:00.000Z'));
      expect((await reset(stage.host, token, 'x')).body.code).toBe('RESET_PASSWORD_BAD_TOKEN');
    });
  },
  { options: { resetPasswordTokenLifetimeSeconds: 60 } },
);
