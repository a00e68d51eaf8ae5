import { Authenticated, BeforeUserLogin, type BeforeUserLoginEvent } from '@nestjs-users/core';
import { Controller, Get, ImATeapotException, Injectable } from '@nestjs/common';
import { expect } from 'vitest';
import { cancelChange, confirmChange, pendingChange } from './email-change.js';
import { newEmail, newPassword } from './leaks.js';
import { newcomer, type Persona } from './persona.js';
import { askForMail, recover } from './recovery.js';
import { pairFor, pairOf, refreshWith } from './refreshing.js';
import {
  AGENT,
  records,
  type Said,
  type SecurityAction,
  type SecurityCast,
} from './security-records.js';
import { verificationOf, verifyBy } from './verification.js';

/** Refuses whom it does not like. */
@Injectable()
export class Doorman {
  @BeforeUserLogin()
  refuse({ user }: BeforeUserLoginEvent): void {
    if (user.email.startsWith('vetoed')) throw new ImATeapotException();
  }
}

export const headers = { 'user-agent': AGENT };
export const ofAnna = ({ anna }: SecurityCast): Said => ({ userId: anna.id });
export const ofAdmin = ({ anna, admin }: SecurityCast): Said => ({
  userId: anna.id,
  actorId: admin.id,
  backend: 'jwt',
});
export const failed = { outcome: 'failure' } as const;
export const byDigest = { account: expect.stringMatching(/^[\da-f]{16}$/) as string };
export const logIn = (
  { host }: SecurityCast,
  username: string,
  password: string,
  backend = 'jwt',
) =>
  host.send({
    method: 'POST',
    path: `/users/login/${backend}`,
    headers,
    body: { username, password },
  });
export const patch = (persona: Persona, path: string, body: object) =>
  persona.send({ method: 'PATCH', path, headers, body });

/** A route of the application that is for the verified. */
@Controller('vault')
@Authenticated({ verified: true })
export class VaultController {
  @Get()
  open(): string {
    return 'gold';
  }
}

/** What concerns the safety of an account, in the usual modes. */
export const actions: readonly SecurityAction[] = [
  {
    action: 'a registration',
    act: async ({ host }) => {
      const body = { email: newEmail(), password: newPassword() };
      const answer = await host.send({ method: 'POST', path: '/users/register', headers, body });
      return [{ event: 'account.created', userId: String(answer.body.id) }];
    },
  },
  {
    action: 'a login',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, cast.anna.password);
      return [{ event: 'login.succeeded', ...ofAnna(cast), backend: 'jwt' }];
    },
  },
  {
    action: 'a wrong password',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, 'wrong horse');
      return [
        {
          ...{ event: 'login.failed', ...failed, ...ofAnna(cast), ...byDigest },
          ...{ backend: 'jwt', reason: 'wrong_password' },
        },
      ];
    },
  },
  {
    action: 'a login to no account',
    act: async (cast) => {
      await logIn(cast, newEmail(), 'wrong horse');
      const reason = 'unknown_account';
      return [{ event: 'login.failed', ...failed, ...byDigest, backend: 'jwt', reason }];
    },
  },
  {
    action: 'a login of somebody inactive',
    act: async (cast) => {
      const gone = await newcomer(cast.host, 'jwt', { isActive: false });
      await cast.host.events.during(async () => {});
      records.length = 0;
      await logIn(cast, gone.email, gone.password);
      return [
        {
          ...{ event: 'login.failed', ...failed, ...byDigest, userId: gone.id },
          ...{ backend: 'jwt', reason: 'inactive' },
        },
      ];
    },
  },
  {
    action: 'a login that a listener refuses',
    act: async (cast) => {
      const [email, password] = [newEmail('vetoed'), newPassword()];
      const { id } = await cast.host.users.create({ email, password });
      await cast.host.events.during(async () => {});
      records.length = 0;
      await logIn(cast, email, password);
      return [
        {
          ...{ event: 'login.failed', ...failed, ...byDigest, userId: String(id) },
          ...{ backend: 'jwt', reason: 'vetoed' },
        },
      ];
    },
  },
  {
    action: 'a login of somebody unverified, where that is demanded',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, cast.anna.password, 'verified');
      return [
        {
          ...{ event: 'login.failed', ...failed, ...ofAnna(cast), ...byDigest },
          ...{ backend: 'verified', reason: 'unverified' },
        },
      ];
    },
  },
  {
    action: 'a log-out',
    act: async (cast) => {
      await cast.anna.send({ method: 'POST', path: '/users/logout/jwt', headers });
      return [
        { event: 'logout.succeeded', ...ofAnna(cast), actorId: cast.anna.id, backend: 'jwt' },
      ];
    },
  },
  {
    action: 'a forgotten password, and the new one',
    act: async (cast) => {
      await recover(cast.host, cast.anna.email, newPassword());
      return [
        { event: 'password.reset_requested', ...ofAnna(cast), userAgent: null },
        { event: 'password.reset', ...ofAnna(cast), userAgent: null },
      ];
    },
  },
  {
    action: 'a verification',
    act: async (cast) => {
      await verifyBy(cast.host, await verificationOf(cast.anna));
      return [
        { event: 'verification.requested', ...ofAnna(cast), userAgent: null },
        { event: 'verification.succeeded', ...ofAnna(cast), userAgent: null },
      ];
    },
  },
  {
    action: 'another address',
    act: async (cast) => {
      const { anna, host } = cast;
      const own = { ...ofAnna(cast), userAgent: null };
      const asked = { ...own, actorId: anna.id, backend: 'jwt' };
      const first = await pendingChange(anna);
      await cancelChange(host, first.cancelToken);
      const second = await pendingChange(anna);
      await confirmChange(host, second.token);
      return [
        { event: 'email_change.requested', ...asked },
        { event: 'email_change.cancelled', ...own },
        { event: 'email_change.requested', ...asked },
        { event: 'email.changed', ...own, details: { isVerified: true } },
      ];
    },
  },
  {
    action: 'another password',
    act: async (cast) => {
      const { anna } = cast;
      const body = { password: newPassword(), currentPassword: anna.password };
      expect((await patch(anna, '/users/me', body)).status).toBe(200);
      return [{ event: 'password.changed', ...ofAnna(cast), actorId: anna.id, backend: 'jwt' }];
    },
  },
  {
    action: 'a password that a superuser sets',
    act: async (cast) => {
      const { anna, admin } = cast;
      const body = { password: newPassword() };
      expect((await patch(admin, `/users/${anna.id}`, body)).status).toBe(200);
      return [{ event: 'password.changed', ...ofAdmin(cast) }];
    },
  },
  {
    action: 'an address that a superuser gives',
    act: async (cast) => {
      const { anna, admin } = cast;
      const body = { email: newEmail('new') };
      expect((await patch(admin, `/users/${anna.id}`, body)).status).toBe(200);
      return [{ event: 'email.changed', ...ofAdmin(cast), details: { isVerified: false } }];
    },
  },
  {
    action: 'an export of one’s own data',
    act: async (cast) => {
      const { anna } = cast;
      expect((await anna.send({ path: '/users/me/export', headers })).status).toBe(200);
      return [{ event: 'account.exported', ...ofAnna(cast), actorId: anna.id, backend: 'jwt' }];
    },
  },
  {
    action: 'a route for the verified that is refused, once in a minute',
    act: async (cast) => {
      const { anna } = cast;
      for (let count = 0; count < 3; count++) await anna.send({ path: '/vault', headers });
      return [
        {
          ...{ event: 'access.denied', ...failed, ...ofAnna(cast) },
          ...{ actorId: anna.id, backend: 'jwt', reason: 'not_verified' },
        },
      ];
    },
  },
  {
    action: 'a wrong current password',
    act: async (cast) => {
      const { anna } = cast;
      await patch(anna, '/users/me', { password: newPassword(), currentPassword: 'wrong horse' });
      return [
        {
          ...{ event: 'password.confirmation_failed', ...failed, ...ofAnna(cast) },
          ...{ actorId: anna.id, backend: 'jwt', reason: 'wrong_password' },
        },
      ];
    },
  },
  {
    action: 'a change that has nothing to do with security',
    act: async ({ anna }) => {
      await patch(anna, '/users/me', { firstName: 'Anna' });
      return [];
    },
  },
  {
    action: 'rights that a superuser gives and takes',
    act: async (cast): Promise<Said[]> => {
      const { anna, admin } = cast;
      await patch(admin, `/users/${anna.id}`, { isSuperuser: true, isVerified: true });
      await patch(admin, `/users/${anna.id}`, { isActive: false });
      return [
        {
          ...{ event: 'privileges.changed', ...ofAdmin(cast) },
          details: { isSuperuser: true, isVerified: true },
        },
        { event: 'privileges.changed', ...ofAdmin(cast), details: { isActive: false } },
      ];
    },
  },
  {
    action: 'an administration that is refused, once in a minute',
    act: async (cast) => {
      const { anna } = cast;
      for (let count = 0; count < 9; count++) await anna.send({ path: '/users', headers });
      return [
        {
          ...{ event: 'access.denied', ...failed, ...ofAnna(cast) },
          ...{ actorId: anna.id, backend: 'jwt', reason: 'not_superuser' },
        },
      ];
    },
  },
  {
    action: 'a deletion by a superuser',
    act: async (cast) => {
      await cast.admin.send({ method: 'DELETE', path: `/users/${cast.anna.id}`, headers });
      return [{ event: 'account.deleted', ...ofAdmin(cast) }];
    },
  },
  {
    action: 'a refresh token that is used twice',
    act: async (cast) => {
      const { refresh } = await pairFor(cast.anna, 'mobile');
      await refreshWith(cast.host, 'mobile', refresh);
      await refreshWith(cast.host, 'mobile', refresh);
      const own = { ...ofAnna(cast), userAgent: null, backend: 'mobile' };
      const details = { sessionId: expect.stringMatching(/^[\da-f]{32}$/) as string };
      return [
        { event: 'login.succeeded', ...own },
        { event: 'token.reused', ...failed, ...own, details },
      ];
    },
  },
  {
    action: 'a session that is ended from the list, and all of them',
    act: async (cast) => {
      const answer = await logIn(cast, cast.anna.email, cast.anna.password, 'mobile');
      const own = { ...headers, authorization: `Bearer ${pairOf(answer)!.access}` };
      const { body } = await cast.host.send({ path: '/users/me/sessions', headers: own });
      const [{ id }] = body.items as [{ id: string }];
      const end = { path: `/users/me/sessions/${id}`, method: 'DELETE' };
      expect((await cast.anna.send({ ...end, headers })).status).toBe(204);
      await cast.anna.send({ method: 'POST', path: '/users/me/sessions/revoke-others', headers });
      const mine = { ...ofAnna(cast), actorId: cast.anna.id };
      return [
        { event: 'login.succeeded', ...ofAnna(cast), backend: 'mobile' },
        { event: 'session.ended', ...mine, backend: 'mobile', details: { sessionId: id } },
        { event: 'sessions.revoked', ...mine, backend: 'jwt' },
      ];
    },
  },
  {
    action: 'a limit that is reached, once in a minute',
    act: async (cast) => {
      const email = newEmail();
      for (let count = 0; count < 9; count++) await logIn(cast, email, 'wrong horse');
      const missed = { event: 'login.failed', ...failed, ...byDigest, backend: 'jwt' } as const;
      return [
        ...Array.from({ length: 5 }, () => ({ ...missed, reason: 'unknown_account' })),
        {
          ...{ event: 'limit.reached', ...failed, ...byDigest, reason: 'too_many_attempts' },
          details: { limit: 'password', by: 'account' },
        },
      ];
    },
  },
  {
    action: 'mails enough',
    act: async (cast) => {
      const { host, anna } = cast;
      for (let count = 0; count < 6; count++) {
        await askForMail(host, 'request-verify-token', anna.email);
      }
      const own = { ...ofAnna(cast), userAgent: null };
      return [
        ...Array.from({ length: 4 }, () => ({ event: 'verification.requested', ...own }) as const),
        {
          ...{ event: 'limit.reached', ...failed, ...own, reason: 'too_many_attempts' },
          details: { limit: 'verification', by: 'account' },
        },
      ];
    },
  },
];
