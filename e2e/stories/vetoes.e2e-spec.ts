import {
  BeforeUserDelete,
  BeforeUserDeleteEvent,
  BeforeUserLogin,
  BeforeUserLoginEvent,
  BeforeUserRegister,
  BeforeUserRegisterEvent,
  BeforeUserUpdate,
  BeforeUserUpdateEvent,
  type EventType,
  LastSuperuserError,
  ServiceUnavailableError,
} from '@nestjs-users/core';
import { ImATeapotException, Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { backends, newcomer } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

/** Refuses what the story says, in the way it says. */
@Injectable()
class Vetoes {
  static of: EventType | undefined;
  static error: Error;
  /** Asked after a veto. */
  static later = 0;

  @BeforeUserRegister()
  @BeforeUserLogin()
  @BeforeUserUpdate()
  @BeforeUserDelete()
  async refuse(event: object): Promise<void> {
    await Promise.resolve();
    if (Vetoes.of && event instanceof Vetoes.of) throw Vetoes.error;
  }

  @BeforeUserRegister({ order: 1 })
  @BeforeUserLogin({ order: 1 })
  @BeforeUserUpdate({ order: 1 })
  @BeforeUserDelete({ order: 1 })
  count(event: object): void {
    if (Vetoes.of && event instanceof Vetoes.of) Vetoes.later++;
  }
}

const kinds: [string, Error, number, object][] = [
  [
    'an HttpException',
    new ImATeapotException({ message: 'Not today.', hint: 'tea' }),
    418,
    { message: 'Not today.', hint: 'tea' },
  ],
  [
    'a plain Error',
    new Error('a secret reason'),
    500,
    { statusCode: 500, message: 'Internal server error' },
  ],
  ['a UsersError', new LastSuperuserError(), 409, { statusCode: 409, code: 'LAST_SUPERUSER' }],
  ['another UsersError', new ServiceUnavailableError(9), 503, { code: 'SERVICE_UNAVAILABLE' }],
];

tell(
  'Vetoes',
  [...everyPlatform, ...everyDatabase.filter(({ database }) => database !== 'sqlite')],
  (stage) => {
    describe.each(kinds)('%s', (_kind, error, status, body) => {
      it.each(backends)('EV-04: keeps anybody from logging in (%s)', async (backend) => {
        const { host } = stage;
        const persona = await newcomer(host, backend);
        const before = await host.row({ id: persona.id });
        const answer = await vetoed(BeforeUserLoginEvent, error, () => persona.login());
        expect(answer.status).toBe(status);
        expect(answer.body).toMatchObject(body);
        expect(answer.cookies).toEqual([]);
        expect(answer.text).not.toMatch(/token|secret/);
        expect(await host.row({ id: persona.id })).toEqual(before);
        expect((await persona.login()).status).toBeLessThan(300);
      });

      it('EV-04: asks about a login only when the password was right', async () => {
        const { host } = stage;
        const persona = await newcomer(host);
        const answer = await vetoed(BeforeUserLoginEvent, error, () => persona.login('wrong'), 0);
        expect(answer.body).toMatchObject({ code: 'LOGIN_BAD_CREDENTIALS' });
      });

      it('EV-04: keeps anybody from registering, before any hash', async () => {
        const { host } = stage;
        const [email, password] = [newEmail(), newPassword()];
        const register = () =>
          host.send({ method: 'POST', path: '/users/register', body: { email, password } });
        host.hasher.reset();
        const answer = await vetoed(BeforeUserRegisterEvent, error, register);
        expect(answer.status).toBe(status);
        expect(answer.body).toMatchObject(body);
        expect(host.hasher.calls).toBe(0);
        expect(await host.row({ canonicalEmail: email })).toBeNull();
        expect((await register()).status).toBe(201);
      });

      it.each([
        ['a name', () => ({ firstName: 'Anna' })],
        ['a password', () => ({ password: newPassword() })],
        ['an address', () => ({ email: newEmail() })],
      ])('EV-04: keeps anybody from changing %s', async (_what, change) => {
        const { host } = stage;
        const persona = await newcomer(host);
        const before = await host.row({ id: persona.id });
        const update = () =>
          persona.send({
            method: 'PATCH',
            path: '/users/me',
            body: { ...change(), currentPassword: persona.password },
          });
        const answer = await vetoed(BeforeUserUpdateEvent, error, update);
        expect(answer.status).toBe(status);
        expect(answer.body).toMatchObject(body);
        expect(await host.row({ id: persona.id })).toEqual(before);
        expect((await persona.me()).status).toBe(200);
        expect((await update()).status).toBe(200);
      });

      it('EV-04: keeps superusers from changing and deleting others', async () => {
        const { host } = stage;
        const admin = await newcomer(host, 'cookie', { isSuperuser: true });
        const persona = await newcomer(host);
        const before = await host.row({ id: persona.id });
        const path = `/users/${persona.id}`;
        const update = () => admin.send({ method: 'PATCH', path, body: { isActive: false } });
        const refused = await vetoed(BeforeUserUpdateEvent, error, update);
        expect(refused).toMatchObject({ status, body });
        const remove = () => admin.send({ method: 'DELETE', path });
        expect(await vetoed(BeforeUserDeleteEvent, error, remove)).toMatchObject({ status, body });
        expect(await host.row({ id: persona.id })).toEqual(before);
        expect((await persona.me()).status).toBe(200);
        expect((await remove()).status).toBe(204);
      });
    });

    /** Does something under a veto: whoever was to be asked later is not, and nobody is told. */
    async function vetoed<T>(
      event: EventType,
      error: Error,
      deed: () => Promise<T>,
      questions = 1,
    ): Promise<T> {
      const { events } = stage.host;
      const asked = (await events.of(event)).length;
      Object.assign(Vetoes, { of: event, error, later: 0 });
      let answer!: T;
      const told = await events.during(async () => {
        answer = await deed();
      });
      Vetoes.of = undefined;
      expect(told).toEqual([]);
      expect(Vetoes.later).toBe(0);
      expect(await events.of(event)).toHaveLength(asked + questions);
      return answer;
    }
  },
  { providers: [Vetoes] },
);

/** Changes what is to be stored, and looks at what is proposed. */
@Injectable()
class Registrar {
  static seen: BeforeUserUpdateEvent<User>[] = [];

  @BeforeUserRegister()
  complete({ input }: BeforeUserRegisterEvent<User>): void {
    if (input.firstName === 'Staff') input.role = 'staff';
    if (input.firstName === 'Moved') input.email = `moved-${input.email}`;
    if (input.firstName === 'Broken') input.email = 'two@a.example,b.example';
  }

  @BeforeUserUpdate()
  note(event: BeforeUserUpdateEvent<User>): void {
    Registrar.seen.push(event);
  }
}

tell(
  'Listeners that are asked',
  everyPlatform,
  (stage) => {
    const register = (email: string, firstName: string) =>
      stage.host.send({
        method: 'POST',
        path: '/users/register',
        body: { email, firstName, password: newPassword(), role: 'owner' },
      });

    it('EV-04: may complete and change the input of a registration', async () => {
      const email = newEmail();
      const { body } = await register(email, 'Staff');
      expect(await stage.host.row({ id: body.id })).toMatchObject({ role: 'staff', email });
      const moved = await register(email, 'Moved');
      expect(moved.body).toMatchObject({ email: `moved-${email}` });
      expect(await stage.host.row({ canonicalEmail: `moved-${email}` })).not.toBeNull();
    });

    it('RG-05: whatever they make of the address is checked again', async () => {
      const answer = await register(newEmail(), 'Broken');
      expect(answer.status).toBe(422);
    });

    it('EV-09: see what is proposed, never a password', async () => {
      const persona = await newcomer(stage.host);
      Registrar.seen = [];
      const password = newPassword();
      await persona.send({
        method: 'PATCH',
        path: '/users/me',
        body: { firstName: 'New', password, currentPassword: persona.password },
      });
      const [event] = Registrar.seen;
      expect(event?.changes).toEqual({ firstName: 'New' });
      expect(event?.user).toMatchObject({ id: persona.id, firstName: null });
      expect(JSON.stringify(event)).not.toMatch(/CANARY|securityStamp|hashedPassword/);
    });
  },
  { providers: [Registrar] },
);
