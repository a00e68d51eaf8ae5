import {
  createListenerDecorator,
  DuringUserDelete,
  DuringUserDeleteEvent,
  DuringUserRegister,
  DuringUserRegisterEvent,
  DuringUserUpdate,
  DuringUserUpdateEvent,
  type OriginalRequest,
  UserDeletedEvent,
  UserRegisteredEvent,
  UsersEvent,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { MemoryUserAdapter, usersTestingOptions } from '@nestjs-users/testing';
import type { TypeOrmTransaction } from '@nestjs-users/typeorm';
import { ConflictException, ImATeapotException, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyDatabase, everySetup, tell } from '../harness/tell.js';

/** A row of the application's own, that the database lets nobody have who is no user. */
@Entity('profiles')
class Profile {
  @PrimaryColumn('varchar', { length: 60 }) email!: string;
  @OneToOne(() => User, { nullable: false })
  @JoinColumn()
  user!: User;
  @Column({ type: 'varchar', length: 200, default: '' }) history!: string;
}

type Registering = DuringUserRegisterEvent<User, TypeOrmTransaction>;
type Updating = DuringUserUpdateEvent<User, TypeOrmTransaction>;
type Deleting = DuringUserDeleteEvent<User, TypeOrmTransaction>;

/** Writes its rows with the user's. */
@Injectable()
class Profiles {
  static error: Error | undefined;
  static seen: { event: UsersEvent; isInside: boolean }[] = [];
  /** What the listeners wait for. */
  static pause: Promise<void> | undefined;
  /** Users to be made together with others, by address. */
  static readonly companionOf = new Map<string, string>();

  constructor(@Inject(UsersService) private readonly users: UsersService<User>) {}

  @DuringUserRegister()
  async add(event: Registering): Promise<void> {
    const { user, transaction } = event;
    const { email } = user;
    await transaction.insert(Profile, { email, user: { id: user.id } });
    // The service is part of the transaction as well, and needs no connection of its own.
    const isInside = (await this.users.get(user.id)).email === email;
    await this.users.list({ email });
    Profiles.seen.push({ event, isInside });
    await transaction.update(User, { id: user.id }, { role: 'profiled' });
    const companion = Profiles.companionOf.get(email);
    if (companion) await this.users.create({ email: companion });
  }

  @DuringUserUpdate()
  async note(event: Updating): Promise<void> {
    const { user, changes, transaction } = event;
    const profile = await transaction.findOneBy(Profile, { user: { id: user.id } });
    if (!profile) return;
    const history = `${profile.history}${changes.join('+')};`;
    await transaction.update(Profile, { email: profile.email }, { history });
    const isInside = (await this.users.get(user.id)).isVerified === user.isVerified;
    Profiles.seen.push({ event, isInside });
  }

  @DuringUserDelete()
  async remove(event: Deleting): Promise<void> {
    await event.transaction.delete(Profile, { user: { id: event.user.id } });
    Profiles.seen.push({ event, isInside: (await this.users.get(event.user.id)) !== null });
  }

  @DuringUserRegister({ order: 1 })
  @DuringUserUpdate({ order: 1 })
  @DuringUserDelete({ order: 1 })
  async refuse(): Promise<void> {
    await Profiles.pause;
    if (Profiles.error) throw Profiles.error;
  }
}

/** Has to be made anew for each event, with the request that the event is about. */
@Injectable({ scope: Scope.REQUEST })
class Witness {
  static urls: (string | undefined)[] = [];

  constructor(@Inject(REQUEST) private readonly request: OriginalRequest | undefined) {}

  @DuringUserRegister({ order: -1 })
  look(): void {
    Witness.urls.push(this.request?.url);
  }
}

const withProfiles = {
  providers: [Profiles, Witness],
  dataSource: { entities: [User, Profile] },
};

const profileOf = (host: Host, email: string): Promise<Profile | null> =>
  host.dataSource.getRepository(Profile).findOneBy({ email });

const register = (host: Host, email: string, password = newPassword()) =>
  host.send({ method: 'POST', path: '/users/register', body: { email, password } });

beforeEach(() => {
  Profiles.error = undefined;
  Profiles.seen = [];
  Profiles.pause = undefined;
  Witness.urls = [];
});

const refusals: [string, Error, number, object][] = [
  [
    'an HttpException',
    new ImATeapotException({ message: 'No wallet.', hint: 'tea' }),
    418,
    { hint: 'tea' },
  ],
  ['a plain Error', new Error('a secret reason'), 500, { statusCode: 500 }],
];

tell(
  'Rows of the application in the transaction of the user',
  everySetup,
  (stage) => {
    it('EV-04: are there with the user, and the answer and the event come after', async () => {
      const { host } = stage;
      const email = newEmail();
      const answer = await register(host, email);
      expect(answer.status).toBe(201);
      expect(await profileOf(host, email)).toMatchObject({ email });
      const [{ event, isInside }] = Profiles.seen as [(typeof Profiles.seen)[number]];
      expect(isInside).toBe(true);
      expect(event).toMatchObject({ user: { id: answer.body.id, email } });
      expect(event.request?.url).toBe('/users/register');
      expect(inspect(event, { depth: 3 })).not.toMatch(/EntityManager|\$2b|hashed[^:]*: '/);
      expect(Witness.urls).toEqual(['/users/register']);
      // What listeners have written into the user's row is in the event.
      const registered = (await host.events.of(UserRegisteredEvent)) as UserRegisteredEvent<User>[];
      expect(registered.filter(({ user }) => user.email === email)).toHaveLength(1);
      expect(registered.at(-1)?.user.role).toBe('profiled');
    });

    it.each(refusals)(
      'EV-04: are not there, nor the user, if a listener throws %s',
      async (_kind, error, status, body) => {
        const { host } = stage;
        const email = newEmail();
        Profiles.error = error;
        const events = await host.events.during(async () => {
          const answer = await register(host, email);
          expect(answer.status).toBe(status);
          expect(answer.body).toMatchObject(body);
          expect(answer.text).not.toContain('secret');
        });
        expect(events).toEqual([]);
        expect(Profiles.seen).toHaveLength(1);
        expect(await profileOf(host, email)).toBeNull();
        expect(await host.row({ canonicalEmail: email })).toBeNull();

        Profiles.error = undefined;
        expect((await register(host, email)).status).toBe(201);
        expect(await profileOf(host, email)).not.toBeNull();
      },
    );

    it('EV-04: change with the user, or not at all', async () => {
      const { host } = stage;
      const persona = await newcomer(host);
      const patch = (body: object) => persona.send({ method: 'PATCH', path: '/users/me', body });
      expect((await patch({ firstName: 'Anna' })).status).toBe(200);
      const { password } = persona;
      const change = { password: newPassword(), currentPassword: password };

      Profiles.error = new ConflictException('Not now.');
      const before = await host.row({ id: persona.id });
      const events = await host.events.during(async () => {
        expect((await patch({ firstName: 'Bea' })).status).toBe(409);
        expect((await patch(change)).status).toBe(409);
      });
      expect(events).toEqual([]);
      expect(await host.row({ id: persona.id })).toEqual(before);
      expect((await persona.me()).status).toBe(200);

      Profiles.error = undefined;
      expect((await patch(change)).status).toBe(200);
      expect((await profileOf(host, persona.email))?.history).toBe('firstName;password;');
      expect(Profiles.seen.every(({ isInside }) => isInside)).toBe(true);
    });

    it('EV-04: know of resets and verifications, and nothing of what changes nothing', async () => {
      const { host } = stage;
      const persona = await newcomer(host);
      const { email, id } = persona;
      const post = (path: string, body: object) => host.send({ method: 'POST', path, body });
      await post('/users/forgot-password', { email });
      const [token] = await host.events.resetTokens(email);
      const password = newPassword();
      Profiles.error = new ConflictException('Not now.');
      expect((await post('/users/reset-password', { token, password })).status).toBe(409);
      Profiles.error = undefined;
      // Nothing was used up by the refusal.
      expect((await post('/users/reset-password', { token, password })).status).toBe(200);

      await post('/users/request-verify-token', { email });
      const [verification] = await host.events.verificationTokens(email);
      expect((await post('/users/verify', { token: verification })).status).toBe(200);
      expect((await post('/users/login/jwt', { username: email, password })).status).toBe(200);
      await host.users.revokeCredentials({ id });
      await host.users.update({ id }, { email });
      expect((await profileOf(host, email))?.history).toBe('password;isVerified;');
    });

    it('EV-04: go with the user, or not at all', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'cookie', { isSuperuser: true });
      const persona = await newcomer(host);
      const remove = () => admin.send({ method: 'DELETE', path: `/users/${persona.id}` });
      Profiles.error = new ConflictException('There is money in the wallet.');
      expect((await remove()).status).toBe(409);
      expect(await profileOf(host, persona.email)).not.toBeNull();
      expect((await persona.me()).status).toBe(200);

      Profiles.error = undefined;
      expect((await remove()).status).toBe(204);
      expect(await profileOf(host, persona.email)).toBeNull();
      expect(await host.row({ id: persona.id })).toBeNull();
      const deleted = await host.events.of(UserDeletedEvent);
      expect(deleted.filter(({ user }) => user.id === persona.id)).toHaveLength(1);
    });
  },
  withProfiles,
);

tell(
  'Rows of the application, and the database',
  everyDatabase,
  (stage) => {
    it('AC-10: stay where the user stays, because it is the last superuser', async () => {
      const { host } = stage;
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const answer = await admin.send({ method: 'DELETE', path: `/users/${admin.id}` });
      expect(answer.body).toMatchObject({ code: 'LAST_SUPERUSER' });
      expect(await profileOf(host, admin.email)).not.toBeNull();
      const demotion = { method: 'PATCH', path: `/users/${admin.id}` } as const;
      const demoted = await admin.send({ ...demotion, body: { isSuperuser: false } });
      expect(demoted.body).toMatchObject({ code: 'LAST_SUPERUSER' });
      expect(Profiles.seen.filter(({ event }) => event instanceof DuringUserUpdateEvent)).toEqual(
        [],
      );
      await host.users.delete({ id: admin.id }, { allowLastSuperuser: true });
    });

    it('RG-11: one of ten registrations of an address has the user and the profile', async () => {
      const { host } = stage;
      for (let round = 0; round < 3; round++) {
        const email = newEmail();
        const answers = await Promise.all(Array.from({ length: 10 }, () => register(host, email)));
        const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
        expect(statuses).toEqual([201, ...Array<number>(9).fill(400)]);
        for (const { status, body } of answers) {
          if (status === 400) expect(body).toMatchObject({ code: 'REGISTER_USER_ALREADY_EXISTS' });
        }
        const user = await host.row({ canonicalEmail: email });
        const profiles = host.dataSource.getRepository(Profile);
        const [profile] = await profiles.find({ where: { email }, relations: { user: true } });
        expect(profile?.user.id).toBe(user?.id);
        const registered = await host.events.of(UserRegisteredEvent);
        expect(registered.filter((event) => event.user.email === email)).toHaveLength(1);
      }
    });

    it('loses nobody who registers while others are refused', async () => {
      const { host } = stage;
      const good = Array.from({ length: 15 }, () => newEmail());
      const bad = Array.from({ length: 15 }, () => newEmail());
      // Refused by the database itself, in the midst of the transaction.
      for (const email of bad) {
        const other = newEmail();
        await host.users.create({ email: other });
        await host.dataSource.getRepository(Profile).update({ email: other }, { email });
      }
      const answers = await Promise.all(
        good.flatMap((email, index) => [register(host, email), register(host, bad[index]!)]),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(15);
      expect(answers.filter(({ status }) => status === 500)).toHaveLength(15);
      for (const email of good) {
        expect(await host.row({ canonicalEmail: email })).not.toBeNull();
        expect(await profileOf(host, email)).not.toBeNull();
      }
      for (const email of bad) expect(await host.row({ canonicalEmail: email })).toBeNull();
    });

    it('a listener that takes its time fails nobody', async () => {
      const { host } = stage;
      Profiles.pause = sleep(300);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => register(host, newEmail())),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    });

    it('tells of users made by a listener only if they stay', async () => {
      const { host } = stage;
      const [email, companion] = [newEmail(), newEmail()];
      Profiles.companionOf.set(email, companion);
      Profiles.error = new ConflictException('No.');
      const events = await host.events.during(async () => {
        expect((await register(host, email)).status).toBe(409);
      });
      expect(events).toEqual([]);
      expect(await host.row({ canonicalEmail: companion })).toBeNull();

      Profiles.error = undefined;
      expect((await register(host, email)).status).toBe(201);
      const registered = await host.events.of(UserRegisteredEvent);
      const emails = registered.map(({ user }) => user.email).slice(-2);
      expect(emails.toSorted()).toEqual([email, companion].toSorted());
      expect(await profileOf(host, companion)).not.toBeNull();
    });
  },
  withProfiles,
);

tell(
  'A pool of one connection',
  everyDatabase.filter(({ database }) => database !== 'sqlite'),
  (stage) => {
    it('R-05: is enough for transactions, alone and many at once', async () => {
      const { host } = stage;
      const emails = Array.from({ length: 20 }, () => newEmail());
      const answers = await Promise.all(emails.map((email) => register(host, email)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      for (const email of emails) expect(await profileOf(host, email)).not.toBeNull();

      const personas = await Promise.all(Array.from({ length: 5 }, () => newcomer(host)));
      const changes = await Promise.all(
        personas.map((persona) =>
          persona.send({ method: 'PATCH', path: '/users/me', body: { firstName: 'Anna' } }),
        ),
      );
      expect(changes.map(({ status }) => status)).toEqual(Array(5).fill(200));
      await Promise.all(personas.map(({ id }) => host.users.delete({ id })));
      for (const { email } of personas) expect(await profileOf(host, email)).toBeNull();
    }, 20_000);
  },
  { ...withProfiles, dataSource: { ...withProfiles.dataSource, poolSize: 1 } },
);

describe('An adapter without a database', () => {
  @Injectable()
  class Refuser {
    static error: Error | undefined;
    @DuringUserRegister()
    refuse(): void {
      if (Refuser.error) throw Refuser.error;
    }
  }

  const boot = (adapter: MemoryUserAdapter, provider: new () => object) =>
    Test.createTestingModule({
      imports: [UsersModule.forRoot({ ...usersTestingOptions(), adapter })],
      providers: [provider],
    }).compile();

  it('EV-04: keeps nothing of a user either, if a listener throws', async () => {
    const adapter = new MemoryUserAdapter();
    const module = await boot(adapter, Refuser);
    const app = await module.init();
    const users = app.get(UsersService, { strict: false });
    Refuser.error = new Error('no');
    await expect(users.create({ email: 'anna@example.org' })).rejects.toBe(Refuser.error);
    expect(await adapter.list({ limit: 1 })).toEqual([]);
    Refuser.error = undefined;
    await users.create({ email: 'anna@example.org' });
    expect(await adapter.list({ limit: 2 })).toHaveLength(1);
    await app.close();
  });

  it('refuses to boot with such listeners, if it has no transactions, and says what to do', async () => {
    class Plain extends MemoryUserAdapter {}
    Object.defineProperty(Plain.prototype, 'transaction', { value: undefined });
    const module = await boot(new Plain(), Refuser);
    await expect(module.init()).rejects.toThrow(
      /@DuringUserRegister\(\), but the user adapter has no transaction\(\)\. Take .*TypeOrmUserAdapter/,
    );

    @Injectable()
    class Harmless {
      @(createListenerDecorator(UsersEvent)())
      hear(): void {}
    }
    const other = await boot(new Plain(), Harmless);
    await (await other.init()).close();
  });
});
