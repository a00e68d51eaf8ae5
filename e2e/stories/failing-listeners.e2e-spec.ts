import {
  createListenerDecorator,
  OnUserRegistered,
  UserEvent,
  UserRegisteredEvent,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Fails as the story says, first in the row. */
@Injectable()
class Failing {
  static fail: (() => unknown) | undefined;

  @(createListenerDecorator(UserEvent)({ order: -1 }))
  listen(event: UserEvent): unknown {
    // Only what has happened: a throw before would be a refusal.
    return event.constructor.name.startsWith('Before') ? undefined : Failing.fail?.();
  }
}

@Injectable()
class Others {
  static heard: string[] = [];

  @OnUserRegistered()
  sync({ user }: UserRegisteredEvent): void {
    Others.heard.push(`sync ${user.email}`);
  }

  @OnUserRegistered({ order: 1 })
  async async({ user }: UserRegisteredEvent): Promise<void> {
    await sleep(5);
    Others.heard.push(`async ${user.email}`);
  }
}

const unprintable = {
  toString() {
    // eslint-disable-next-line typescript/only-throw-error -- as bad as it gets
    throw this;
  },
};
const raise = (thrown: unknown) => () => {
  throw thrown;
};

const variants: [string, () => unknown, string][] = [
  ['throws an Error', raise(new Error('broken')), 'Error: broken'],
  ['rejects', () => Promise.reject(new Error('broken')), 'Error: broken'],
  ['rejects later', () => sleep(20).then(raise(new Error('broken'))), 'Error: broken'],
  ['throws undefined', raise(undefined), 'undefined'],
  ['throws a text', raise('broken'), 'broken'],
  ['throws what cannot be shown', raise(unprintable), 'something that cannot be shown'],
  [
    'throws an error with secrets about it',
    raise(Object.assign(new Error('broken'), { parameters: ['pw-CANARY-1'] })),
    'Error: broken',
  ],
];

describe.each([false, true])('awaitListeners: %s', (awaitListeners) => {
  tell(
    'A listener that fails',
    everyPlatform,
    (stage) => {
      it.each(variants)('EV-03: %s: nothing else changes', async (_what, fail, text) => {
        const { host } = stage;
        const email = newEmail();
        const logged = host.log.length;
        Failing.fail = fail;
        Others.heard = [];
        const answer = await host.send({
          method: 'POST',
          path: '/users/register',
          body: { email, password: newPassword() },
        });
        await host.events.of(UserRegisteredEvent);
        Failing.fail = undefined;

        expect(answer.status).toBe(201);
        expect(answer.body).toMatchObject({ email, isActive: true });
        expect(Others.heard).toEqual([`sync ${email}`, `async ${email}`]);
        const lines = host.log.slice(logged).filter((line) => line.includes('failed'));
        expect(lines).toEqual([
          expect.stringContaining(`Failing.listen on UserRegisteredEvent failed: ${text}`),
        ]);
      });

      it('EV-03: no event of an account lets a failure through', async () => {
        const { host } = stage;
        Failing.fail = variants[5]?.[1];
        const admin = await newcomer(host, 'jwt', { isSuperuser: true });
        const persona = await newcomer(host, 'cookie');
        const post = (path: string, body: object) => host.send({ method: 'POST', path, body });
        const patch = (body: object) => persona.send({ method: 'PATCH', path: '/users/me', body });
        const [password, second] = [newPassword(), newPassword()];
        const statuses = [
          (await patch({ firstName: 'Anna' })).status,
          (await patch({ password, currentPassword: persona.password })).status,
          (await persona.login(password)).status,
          (await persona.send({ method: 'POST', path: '/users/logout/cookie' })).status,
          (await post('/users/forgot-password', { email: persona.email })).status,
        ];
        const [token] = await host.events.resetTokens(persona.email);
        statuses.push(
          (await post('/users/reset-password', { token, password: second })).status,
          (await admin.send({ method: 'DELETE', path: `/users/${persona.id}` })).status,
        );
        await host.events.of(UserEvent);
        Failing.fail = undefined;
        expect(statuses).toEqual([200, 200, 204, 202, 202, 200, 204]);
        const failed = host.log.filter((line) => line.includes('Failing.listen on '));
        for (const event of [
          'Registered',
          'Updated',
          'PasswordChanged',
          'LoggedIn',
          'LoggedOut',
          'ForgotPassword',
          'PasswordReset',
          'Deleted',
        ]) {
          expect(failed.join()).toContain(`Failing.listen on User${event}Event failed: something`);
        }
      });
    },
    {
      providers: [Failing, Others],
      options: { awaitListeners, constantAnswerSeconds: 0.05 },
    },
  );
});
