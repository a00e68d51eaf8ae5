import { UserLoggedOutEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Message } from '../harness/client.js';
import { expectUnauthorized } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { nameOf, pathOf, routes, allRoutes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

const NAMES = [
  'userId',
  'id',
  'sub',
  'user',
  'user_id',
  'uid',
  'subject',
  'owner',
  'as',
  'account',
];
const HEADERS = [
  'x-user-id',
  'x-user',
  'user-id',
  'x-forwarded-user',
  'remote-user',
  'from',
  'sub',
];

/** Claims to be somebody else, in every place of a request that could name one. */
function pretending({ id, email }: Persona, message: Message): Message {
  const names = Object.fromEntries(NAMES.map((name) => [name, id]));
  const query = new URLSearchParams({ ...names, userEmail: email }).toString();
  return {
    ...message,
    path: `${message.path}?${query}`,
    headers: { ...Object.fromEntries(HEADERS.map((name) => [name, id])), ...message.headers },
    ...(typeof message.body === 'object' && {
      body: { ...names, userEmail: email, user: { id, email }, ...message.body },
    }),
  };
}

tell(
  'Who acts',
  everyPlatform,
  (stage) => {
    describe.each(backends)('is told by the credential of %s', (backend) => {
      it.each(
        routes
          .filter(({ who }) => !['anyone', 'everybody', 'refresh token'].includes(who))
          .map((route) => [nameOf(route), route] as const),
      )('AC-08: %s takes nobody’s word for it without one', async (_name, route) => {
        const { method, fields } = route;
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        const before = await stage.host.row({ id: admin.id });
        const path = pathOf(route, { id: admin.id, backend });
        const message = { method, path, body: fields && { firstName: 'Eve' } };
        const answer = await stage.host.send(pretending(admin, message));
        expect(answer.status).toBe(401);
        expect(await stage.host.row({ id: admin.id })).toEqual(before);
      });

      it('AC-08: my account stays mine, whomever the request names', async () => {
        const [anna, victim] = [await newcomer(stage.host, backend), await newcomer(stage.host)];
        const before = await stage.host.row({ id: victim.id });
        const shown = await anna.send(pretending(victim, { path: '/users/me' }));
        expect(shown.body).toMatchObject({ id: anna.id, email: anna.email });

        const body = { firstName: 'Anna', email: newEmail(), currentPassword: anna.password };
        const changed = await anna.send(
          pretending(victim, { method: 'PATCH', path: '/users/me', body }),
        );
        expect(changed.body).toMatchObject({ id: anna.id, firstName: 'Anna', email: body.email });
        expect(await stage.host.row({ id: victim.id })).toEqual(before);
      });

      it('AC-08: a logout ends nobody else’s session', async () => {
        const [anna, victim] = [await newcomer(stage.host, backend), await newcomer(stage.host)];
        const told = (await stage.host.events.of(UserLoggedOutEvent)).length;
        const message = { method: 'POST', path: `/users/logout/${backend}`, body: {} };
        expect((await anna.send(pretending(victim, message))).status).toBe(202);
        const events = (await stage.host.events.of(UserLoggedOutEvent)).slice(told);
        expect(events.map(({ user }) => user.id)).toEqual([anna.id]);
        expect((await victim.me()).status).toBe(200);
      });

      it('AC-08: rights are those of the credential, not of whom the request names', async () => {
        const anna = await newcomer(stage.host, backend);
        const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
        for (const path of ['/users', `/users/${anna.id}`, `/users/${admin.id}`]) {
          expect((await anna.send(pretending(admin, { path }))).status).toBe(403);
        }
      });

      it('AC-08: the path alone says whom a superuser changes', async () => {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        const [anna, victim] = [await newcomer(stage.host), await newcomer(stage.host)];
        const before = await stage.host.row({ id: victim.id });
        const path = `/users/${anna.id}`;
        const message = { method: 'PATCH', path, body: { firstName: 'Anna', isVerified: true } };
        const answer = await admin.send(pretending(victim, message));
        expect(answer.body).toMatchObject({ id: anna.id, firstName: 'Anna', isVerified: true });
        await admin.send(pretending(victim, { method: 'DELETE', path }));
        expectUnauthorized(await anna.me());
        expect(await stage.host.row({ id: victim.id })).toEqual(before);
      });

      it('AC-08: a login is that of the address and the password', async () => {
        const [anna, victim] = [await newcomer(stage.host, backend), await newcomer(stage.host)];
        const body = { username: anna.email, password: anna.password };
        const message = { method: 'POST', path: `/users/login/${backend}`, body };
        anna.adopt(await stage.host.send(pretending(victim, message)));
        expect((await anna.me()).body).toMatchObject({ id: anna.id });
      });
    });

    it('AC-08: a registration makes somebody new', async () => {
      const victim = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const before = await stage.host.row({ id: victim.id });
      const body = { email: newEmail(), password: newPassword() };
      const message = { method: 'POST', path: '/users/register', body };
      const answer = await stage.host.send(pretending(victim, message));
      expect(answer.status).toBe(201);
      expect(answer.body.id).not.toBe(victim.id);
      expect(await stage.host.row({ id: victim.id })).toEqual(before);
    });

    it('AC-08: a reset token resets its own user’s password', async () => {
      const [anna, victim] = [await newcomer(stage.host), await newcomer(stage.host)];
      const before = await stage.host.row({ id: victim.id });
      const forgotten = {
        method: 'POST',
        path: '/users/forgot-password',
        body: { email: anna.email },
      };
      await stage.host.send(pretending(victim, forgotten));
      expect(await stage.host.events.resetTokens(victim.email)).toEqual([]);
      const [token] = await stage.host.events.resetTokens(anna.email);
      const body = { token, password: newPassword() };
      const message = { method: 'POST', path: '/users/reset-password', body };
      expect((await stage.host.send(pretending(victim, message))).status).toBe(200);
      expect((await anna.login(body.password)).status).toBe(200);
      expect(await stage.host.row({ id: victim.id })).toEqual(before);
    });
  },
  { extras: allRoutes },
);
