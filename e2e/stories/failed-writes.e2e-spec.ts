import {
  BeforeUserRegisterEvent,
  type NewUser,
  ServiceUnavailableError,
  type UserChanges,
  type UserWriteOptions,
} from '@nestjs-users/core';
import { TypeOrmUserAdapter } from '@nestjs-users/typeorm';
import { Injectable } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyDatabase, tell } from '../harness/tell.js';

/** Fails after the listeners were asked and before anything is written, on demand. */
@Injectable()
class BrittleAdapter extends TypeOrmUserAdapter<User> {
  static failure: Error | undefined;

  constructor(@InjectRepository(User) repository: Repository<User>) {
    super(repository);
  }

  override async create(user: NewUser<User>): Promise<User> {
    if (BrittleAdapter.failure) throw BrittleAdapter.failure;
    return super.create(user);
  }

  override async update(id: string, changes: UserChanges<User>, options?: UserWriteOptions) {
    if (BrittleAdapter.failure) throw BrittleAdapter.failure;
    return super.update(id, changes, options);
  }

  override async delete(id: string, options?: UserWriteOptions): Promise<boolean> {
    if (BrittleAdapter.failure) throw BrittleAdapter.failure;
    return super.delete(id, options);
  }
}

tell(
  'A write that fails',
  everyDatabase,
  (stage) => {
    describe.each([
      ['is unavailable', new ServiceUnavailableError(7), 503],
      ['has a fault', new TypeError('a fault'), 500],
    ])('because the store %s', (_what, failure, status) => {
      it.each(['register', 'update', 'password', 'reset', 'delete'] as const)(
        'EV-01: %s: no event, and nothing written',
        async (deed) => {
          const { host } = stage;
          const admin = await newcomer(host, 'jwt', { isSuperuser: true });
          const persona = await newcomer(host, 'cookie');
          await host.users.forgotPassword(persona.email);
          const [token] = await host.events.resetTokens(persona.email);
          const before = await host.row({ id: persona.id });
          const email = newEmail();
          const password = newPassword();
          const me = { method: 'PATCH', path: '/users/me' };
          const deeds = {
            register: () =>
              host.send({ method: 'POST', path: '/users/register', body: { email, password } }),
            update: () => persona.send({ ...me, body: { firstName: 'Anna' } }),
            password: () =>
              persona.send({ ...me, body: { password, currentPassword: persona.password } }),
            reset: () =>
              host.send({
                method: 'POST',
                path: '/users/reset-password',
                body: { token, password },
              }),
            delete: () => admin.send({ method: 'DELETE', path: `/users/${persona.id}` }),
          };
          BrittleAdapter.failure = failure;
          const events = await host.events.during(async () => {
            const answer = await deeds[deed]();
            expect(answer.status).toBe(status);
            expect(answer.headers['retry-after']).toBe(status === 503 ? '7' : undefined);
          });
          BrittleAdapter.failure = undefined;
          expect(events).toEqual([]);
          expect(await host.row({ id: persona.id })).toEqual(before);
          expect(await host.row({ canonicalEmail: email })).toBeNull();

          const later = await host.events.during(deeds[deed]);
          expect(later).not.toEqual([]);
        },
      );
    });

    it('EV-01: a taken address: the listeners were asked, nobody was told', async () => {
      const { host } = stage;
      const [anna, berta] = [await newcomer(host), await newcomer(host)];
      const { length } = await host.events.of(BeforeUserRegisterEvent);
      const events = await host.events.during(async () => {
        const registration = await host.send({
          method: 'POST',
          path: '/users/register',
          body: { email: anna.email.toUpperCase(), password: newPassword() },
        });
        expect(registration.body).toMatchObject({ code: 'REGISTER_USER_ALREADY_EXISTS' });
        const change = await berta.send({
          method: 'PATCH',
          path: '/users/me',
          body: { email: anna.email, firstName: 'B', currentPassword: berta.password },
        });
        expect(change.body).toMatchObject({ code: 'UPDATE_USER_EMAIL_ALREADY_EXISTS' });
      });
      expect(events).toEqual([]);
      expect(await host.events.of(BeforeUserRegisterEvent)).toHaveLength(length + 1);
    });
  },
  { extras: { imports: [TypeOrmModule.forFeature([User])], adapter: BrittleAdapter } },
);
