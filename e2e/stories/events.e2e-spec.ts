import { inspect } from 'node:util';
import {
  createListenerDecorator,
  UserDeletedEvent,
  UserEvent,
  UserForgotPasswordEvent,
  UserLoggedInEvent,
  UserLoggedOutEvent,
  UserPasswordChangedEvent,
  UserPasswordResetEvent,
  UserRegisteredEvent,
  UserUpdatedEvent,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { backends, newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

tell('Events of one account', everyPlatform, (stage) => {
  it.each(backends)(
    'EV-02, LO-04: %s: one event for each change, and who, when, whence',
    async (backend) => {
      const { host } = stage;
      const [email, password, second, third] = [
        newEmail(),
        newPassword(),
        newPassword(),
        newPassword(),
      ];
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const headers = { 'user-agent': 'a test', 'x-trace': email };
      const post = (path: string, body: object) =>
        host.send({ method: 'POST', path, body, headers });
      const token = async (): Promise<string> =>
        (await host.events.resetTokens(email)).at(-1) ?? '';
      const persona = await newcomer(host, backend);
      const patch = (body: object) =>
        persona.send({ method: 'PATCH', path: '/users/me', body, headers });

      const story: [string, () => Promise<{ status: number }>, number, ...Function[]][] = [
        ['/register', () => post('/users/register', { email, password }), 201, UserRegisteredEvent],
        [
          '/login',
          () => post(`/users/login/${backend}`, { username: email, password }),
          backend === 'jwt' ? 200 : 204,
          UserLoggedInEvent,
        ],
        ['/forgot', () => post('/users/forgot-password', { email }), 202, UserForgotPasswordEvent],
        [
          '/reset',
          async () => post('/users/reset-password', { token: await token(), password: second }),
          200,
          UserPasswordResetEvent,
        ],
        ['/me', () => patch({ firstName: 'Anna' }), 200, UserUpdatedEvent],
        [
          '/me',
          async () => {
            const answer = await patch({ password: third, currentPassword: persona.password });
            persona.adopt(answer);
            return answer;
          },
          200,
          UserPasswordChangedEvent,
        ],
        ['/me', () => patch({ firstName: 'Anna' }), 200],
        [
          '/logout',
          () => persona.send({ method: 'POST', path: `/users/logout/${backend}`, headers }),
          202,
          UserLoggedOutEvent,
        ],
        [
          persona.id,
          () => admin.send({ method: 'DELETE', path: `/users/${persona.id}`, headers }),
          204,
          UserDeletedEvent,
        ],
      ];
      for (const [path, deed, status, ...types] of story) {
        const events = await host.events.during(async () => {
          expect((await deed()).status).toBe(status);
        });
        expect(events.map((event) => event.constructor)).toEqual(types);
        for (const event of events as UserEvent[]) {
          expect(event.request?.headers['x-trace']).toBe(email);
          expect(event.request?.url).toContain(path);
          expect(event.request?.ip).toMatch(/127\.0\.0\.1$/);
          expect(event.user.email).toMatch(/@example\.org$/);
          expect(Math.abs(Date.now() - event.occurredAt.getTime())).toBeLessThan(60_000);
        }
      }
    },
  );

  it('EV-09: an event holds neither hash nor stamp, and shows a token to nobody who does not ask', async () => {
    const { host } = stage;
    const persona = await newcomer(host);
    await host.send({
      method: 'POST',
      path: '/users/forgot-password',
      body: { email: persona.email },
    });
    const [token = ''] = await host.events.resetTokens(persona.email);
    const { hashedPassword, securityStamp } = (await host.row({ id: persona.id })) as User;
    const all = host.events.all.filter((event) => event instanceof UserEvent);
    const held = all.map((event) => inspect(event.user, { depth: 10, showHidden: true })).join();
    expect(held).not.toContain(hashedPassword);
    expect(held).not.toContain(securityStamp);
    const withToken = all.filter((event) => 'token' in event);
    expect(withToken.every((event) => event instanceof UserForgotPasswordEvent)).toBe(true);
    const shown = all.map((event) => [
      inspect(event, { depth: 10 }),
      JSON.stringify(event),
      JSON.stringify({ ...event }),
    ]);
    expect(token.length).toBeGreaterThan(100);
    expect(shown.join()).not.toContain(token);
    expect(shown.join()).not.toMatch(/authorization|x-trace/i);
  });
});

const OnRegistered = createListenerDecorator(UserRegisteredEvent);
const OnUpdated = createListenerDecorator(UserUpdatedEvent);

/** Alters what it is given, before the answer is made. */
@Injectable()
class Vandal {
  @OnRegistered({ order: -10 })
  @OnUpdated({ order: -10 })
  spoil(event: UserRegisteredEvent<User> | UserUpdatedEvent<User>): void {
    event.occurredAt.setFullYear(1999);
    Object.assign(event.user, { email: 'mallory@example.org', isSuperuser: true, firstName: 'M' });
    event.user.createdAt.setFullYear(1999);
    if (event instanceof UserUpdatedEvent) (event.changes as string[]).push('spoilt');
  }
}

tell(
  'A listener that alters its event, with awaitListeners',
  everyPlatform,
  (stage) => {
    it('EV-09: changes neither the answer, nor the row, nor what others hear', async () => {
      const { host } = stage;
      const email = newEmail();
      const password = newPassword();
      const answer = await host.send({
        method: 'POST',
        path: '/users/register',
        body: { email, password, firstName: 'Anna' },
      });
      expect(answer.body).toMatchObject({ email, isSuperuser: false, firstName: 'Anna' });
      const [heard] = await host.events.of(UserRegisteredEvent<User>);
      expect(heard?.user).toMatchObject({ email, isSuperuser: false, firstName: 'Anna' });
      expect(heard?.occurredAt.getFullYear()).toBeGreaterThan(1999);
      expect(heard?.user.createdAt.getFullYear()).toBeGreaterThan(1999);
      expect(await host.row({ id: answer.body.id })).toMatchObject({ email, isSuperuser: false });

      const persona = await newcomer(host);
      const update = await persona.send({
        method: 'PATCH',
        path: '/users/me',
        body: { firstName: 'Berta' },
      });
      expect(update.body).toMatchObject({ email: persona.email, firstName: 'Berta' });
      expect((await host.events.of(UserUpdatedEvent<User>))[0]?.changes).toEqual(['firstName']);
    });
  },
  { options: { awaitListeners: true }, providers: [Vandal] },
);
