import { createListenerDecorator, UserEvent, UsersEvent, UsersService } from '@nestjs-users/core';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyDatabase, tell } from '../harness/tell.js';

/** Asks the database whenever anything happens or is about to. */
@Injectable()
class Curious {
  static answers = 0;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(UsersService) private readonly users: UsersService<User>,
  ) {}

  @(createListenerDecorator(UsersEvent)())
  async look(event: UsersEvent): Promise<void> {
    // A connection held meanwhile would be the only one, and this would wait for ever.
    await this.database.transaction((manager) => manager.getRepository(User).count());
    if (event instanceof UserEvent) await this.users.list({ email: event.user.email });
    Curious.answers++;
  }
}

const pooled = everyDatabase.filter(({ database }) => database !== 'sqlite');

describe.each([false, true])('awaitListeners: %s', (awaitListeners) => {
  tell(
    'A pool of one connection',
    pooled,
    (stage) => {
      it('EV-07, R-05: is enough for a whole account, listeners that query included', async () => {
        const { host } = stage;
        const post = (path: string, body: object) => host.send({ method: 'POST', path, body });
        const [email, password, second] = [newEmail(), newPassword(), newPassword()];
        const admin = await newcomer(host, 'jwt', { isSuperuser: true });
        const persona = await newcomer(host, 'cookie', { isSuperuser: true });
        const { events } = host;
        await events.of(UserEvent);
        Curious.answers = 0;
        const { status, body } = await post('/users/register', { email, password });
        const statuses = [status, (await post('/users/forgot-password', { email })).status];
        const [token] = await events.resetTokens(email);
        for (const answer of [
          await post('/users/reset-password', { token, password: second }),
          await post('/users/login/jwt', { username: email, password: second }),
          await persona.send({ method: 'PATCH', path: '/users/me', body: { firstName: 'B' } }),
          await persona.send({ method: 'POST', path: '/users/logout/cookie' }),
          // Work that needs a transaction: somebody stops being a superuser.
          await admin.send({
            method: 'PATCH',
            path: `/users/${persona.id}`,
            body: { isSuperuser: false },
          }),
          await admin.send({ method: 'DELETE', path: `/users/${body.id}` }),
          await admin.send({ method: 'DELETE', path: `/users/${admin.id}` }),
        ]) {
          statuses.push(answer.status);
        }
        expect(statuses).toEqual([201, 202, 200, 200, 200, 202, 200, 204, 409]);
        await events.of(UserEvent);
        // Six questions (one of them about what the store then refused), and eight messages.
        expect(Curious.answers).toBe(14);
      }, 10_000);

      it('EV-07: is enough for many at once', async () => {
        const { host } = stage;
        const answers = await Promise.all(
          Array.from({ length: 20 }, () =>
            host.send({
              method: 'POST',
              path: '/users/register',
              body: { email: newEmail(), password: newPassword() },
            }),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
        const personas = await Promise.all(
          Array.from({ length: 10 }, () => newcomer(host, 'jwt', { isSuperuser: true })),
        );
        const demotions = await Promise.all(
          personas.map((persona, index) =>
            persona.send({
              method: 'PATCH',
              path: `/users/${personas[(index + 1) % 10]?.id}`,
              body: { isSuperuser: false },
            }),
          ),
        );
        // Each needs a transaction. Whoever was demoted first could not demote any more.
        const statuses = demotions.map(({ status }) => status);
        expect(statuses).toContain(200);
        expect(statuses.filter((status) => status !== 200 && status !== 403)).toEqual([]);
      }, 10_000);
    },
    {
      providers: [Curious],
      dataSource: { poolSize: 1 },
      options: { awaitListeners, constantAnswerSeconds: 0.05 },
    },
  );
});
