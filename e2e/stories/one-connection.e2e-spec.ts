import {
  createListenerDecorator,
  DuringUserRegister,
  UserEvent,
  UsersEvent,
  UsersService,
} from '@nestjs-users/core';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { pairFor, refreshBackends, refreshing, refreshWith } from '../harness/refreshing.js';
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

/** Needs a second connection while the transaction has the first. */
@Injectable()
class Greedy {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  @DuringUserRegister()
  async look(): Promise<void> {
    await this.database.getRepository(User).count();
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

      it('R-05: a second is enough for each of register, reset and refresh', async () => {
        const { host } = stage;
        const post = (path: string, body: object) => host.send({ method: 'POST', path, body });
        const inTime = async (work: () => Promise<Answer>): Promise<number> => {
          const began = performance.now();
          const { status } = await work();
          expect(performance.now() - began).toBeLessThanOrEqual(1000);
          return status;
        };
        const [email, password] = [newEmail(), newPassword()];
        Curious.answers = 0;
        expect(await inTime(() => post('/users/register', { email, password }))).toBe(201);
        await post('/users/forgot-password', { email });
        const [token] = await host.events.resetTokens(email);
        const reset = { token, password: newPassword() };
        expect(await inTime(() => post('/users/reset-password', reset))).toBe(200);
        const persona = await newcomer(host);
        for (const backend of refreshing) {
          const { refresh } = await pairFor(persona, backend);
          const status = await inTime(() => refreshWith(host, backend, refresh));
          expect(status).toBe({ mobile: 200, web: 204 }[backend]);
        }
        expect(Curious.answers).toBeGreaterThan(0);
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
      backends: (store) => refreshBackends(store),
      extras: { routes: { refresh: true } },
      options: { awaitListeners, constantAnswerSeconds: 0.05 },
    },
  );
});

// Of the two, only the pool of PostgreSQL ends such a wait by itself (`connectTimeoutMS`).
tell(
  'Control: a pool of one connection',
  pooled.filter(({ database }) => database === 'postgres'),
  (stage) => {
    it('R-05: is not enough for whoever takes a second one in a transaction', async () => {
      const { host } = stage;
      const body = { email: newEmail(), password: newPassword() };
      const began = performance.now();
      const answer = await host.send({ method: 'POST', path: '/users/register', body });
      expect(answer.status).toBe(503);
      expect(performance.now() - began).toBeGreaterThan(1000);
      // Nothing is left of it, and the connection can be had again.
      expect((await host.users.list({ email: body.email })).items).toEqual([]);
    }, 10_000);
  },
  { providers: [Greedy], dataSource: { poolSize: 1 } },
);
