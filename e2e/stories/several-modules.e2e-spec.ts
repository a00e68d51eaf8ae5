import {
  AuthBackend,
  Authenticated,
  BearerTransport,
  createListenerDecorator,
  CurrentUser,
  JwtTokenStrategy,
  UserRegisteredEvent,
  UsersEvent,
  UsersModule,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import { BaseUserEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Host, type HostOptions, SECRET, type Setup } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { credentialOf, newcomer } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

@Entity('staff')
class Staff extends BaseUserEntity {}

/** The same backend name and the same secret as the other module, on purpose. */
const staffModule = UsersModule.forRoot<Staff>({
  name: 'staff',
  path: 'staff',
  imports: [UsersTypeOrmModule.forEntity(Staff)],
  backends: [
    new AuthBackend({
      name: 'jwt',
      transport: new BearerTransport(),
      strategy: new JwtTokenStrategy({ secret: SECRET }),
    }),
  ],
  resetPasswordTokenSecret: SECRET,
  passwordHasher: new FastPasswordHasher(),
});

@Controller('offices')
@Authenticated()
class OfficesController {
  @Get()
  show(@CurrentUser() user: Staff): unknown {
    return { email: user.email, kind: user.constructor.name };
  }
}

@Module({ imports: [staffModule], controllers: [OfficesController] })
class OfficesModule {}

@Injectable()
class Ears {
  readonly heard: string[] = [];

  @(createListenerDecorator(UserRegisteredEvent)({ module: 'staff' }))
  staff({ user }: UserRegisteredEvent): void {
    this.heard.push(`staff ${user.email}`);
  }

  @(createListenerDecorator(UserRegisteredEvent)({ module: 'users' }))
  users({ user }: UserRegisteredEvent): void {
    this.heard.push(`users ${user.email}`);
  }

  @(createListenerDecorator(UserRegisteredEvent)())
  all({ user }: UserRegisteredEvent): void {
    this.heard.push(`all ${user.email}`);
  }
}

const orders: [string, HostOptions][] = [
  [
    'the users registered last',
    { imports: [], extras: { imports: [UsersTypeOrmModule.forEntity(User), OfficesModule] } },
  ],
  ['the staff registered last', { imports: [OfficesModule] }],
];

describe.each(orders)('%s', (_order, wishes) => {
  tell(
    'Two modules in one application',
    [...everyPlatform, ...everyDatabase.slice(1)].filter(({ flavour }) => flavour === 'hostile'),
    (stage) => {
      const post = (path: string, body: object) => stage.host.send({ method: 'POST', path, body });

      it('have routes, tables and events of their own', async () => {
        const { host } = stage;
        const [email, password] = [newEmail(), newPassword()];
        expect((await post('/staff/register', { email, password })).status).toBe(201);
        expect(await host.row({ canonicalEmail: email })).toBeNull();
        expect((await post('/users/login/jwt', { username: email, password })).status).toBe(400);
        expect((await post('/users/register', { email, password })).status).toBe(201);
        const ears = host.app.get(Ears);
        await expect
          .poll(() => ears.heard.filter((line) => line.includes(email)).toSorted())
          .toEqual([`all ${email}`, `all ${email}`, `staff ${email}`, `users ${email}`]);
      });

      it('TK-16: do not believe each other, whichever registered last', async () => {
        const { host } = stage;
        const [email, password] = [newEmail(), newPassword()];
        const [staff, user] = await Promise.all(
          ['/staff', '/users'].map(async (path) => {
            await post(`${path}/register`, { email, password });
            return credentialOf(await post(`${path}/login/jwt`, { username: email, password }));
          }),
        );
        const status = async (path: string, headers: typeof user = {}): Promise<number> =>
          (await host.send({ path, headers })).status;

        const offices = await host.send({ path: '/offices', headers: staff ?? {} });
        expect(offices.body).toEqual({ email, kind: 'Staff' });
        expect(await status('/staff/me', staff)).toBe(200);
        expect(await status('/users/me', staff)).toBe(401);
        expect(await status('/users/me', user)).toBe(200);
        expect(await status('/staff/me', user)).toBe(401);
        expect(await status('/offices', user)).toBe(401);
      });
    },
    { ...wishes, providers: [Ears], dataSource: { entities: [User, Staff] } },
  );
});

@Injectable()
class Counter {
  count = 0;

  constructor(@Inject('NAME') readonly name: string) {}

  @(createListenerDecorator(UsersEvent)())
  hear(): void {
    this.count++;
  }
}

const [first, second] = everyPlatform.filter(({ flavour }) => flavour === 'bare') as [Setup, Setup];

describe('Two applications in one process', () => {
  const hosts: Host[] = [];
  beforeAll(async () => {
    for (const [index, setup] of [first, second].entries()) {
      const name = { provide: 'NAME', useValue: `app ${index}` };
      hosts.push(await Host.start(setup, { providers: [Counter, name] }));
    }
  });
  afterAll(async () => {
    for (const host of hosts) await host.close();
  });

  it('hear their own events only', async () => {
    const [one, two] = hosts as [Host, Host];
    await newcomer(one);
    await Promise.all([one.events.of(UsersEvent), two.events.of(UsersEvent)]);
    // Registration and login, and the questions before them.
    expect(hosts.map(({ app }) => app.get(Counter).count)).toEqual([4, 0]);
  });

  it('TK-16: know their own users only, with one secret and one name of the backend', async () => {
    for (const [mine, other] of [hosts, hosts.toReversed()] as [Host, Host][]) {
      const persona = await newcomer(mine);
      expect((await persona.me()).status).toBe(200);
      const stranger = await other.send({ path: '/users/me', headers: persona.credential });
      expect(stranger.status).toBe(401);
    }
  });
});
