/**
 * An application that makes it hard for a command: it prints to standard output, guards everything,
 * has two kinds of users, listeners that take their time, and a timer that nobody stops. Its users are
 * in memory.
 */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuthBackend,
  BearerTransport,
  BeforeUserRegister,
  JwtTokenStrategy,
  OnUserRegistered,
  UsersAuthGuard,
  UsersModule,
} from '@nestjs-users/core';
import { FastPasswordHasher, MemoryUserAdapter } from '@nestjs-users/testing';
import { Controller, ForbiddenException, Logger, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

const SECRET = 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA-command-line';
const { FAIL, USERS = '0' } = process.env;

const decorate = (decorator, prototype, name) =>
  decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));

/** Says what happens, in order. */
class Diary {
  #logger = new Logger('Diary');

  async onApplicationBootstrap() {
    console.log('printed by the application');
    if (FAIL === 'hang') await new Promise(() => {});
    this.#logger.log('an ordinary line');
    this.#logger.warn('a warning\u001b[2J');
    setInterval(() => {}, 1000);
    if (FAIL === 'boot') throw new Error('The queue does not answer.');
    await seed();
  }

  refuse({ input }) {
    if (input.email === 'banned@example.org') throw new ForbiddenException('Not this one.');
    if (input.email === 'broken@example.org') throw new Error('The list of bans is not there.');
  }

  async welcome({ user }) {
    await sleep(300);
    console.log(`welcomed ${user.firstName ?? user.email}`);
    if (user.email === 'unlucky@example.org') throw new Error('No mail today.');
  }

  onModuleDestroy() {
    console.log('closing');
    if (FAIL === 'shutdown') throw new Error('The connection is gone.');
  }
}
decorate(BeforeUserRegister(), Diary.prototype, 'refuse');
decorate(OnUserRegistered(), Diary.prototype, 'welcome');

class CatsController {}
Controller('cats')(CatsController);

const adapter = new MemoryUserAdapter({ ids: 'integer' });

/** So many users, and one whose address would clear the screen and forge a line. */
async function seed() {
  const row = (email, canonicalEmail) => ({
    email,
    canonicalEmail,
    hashedPassword: '$canary$hash',
    securityStamp: 'ca'.repeat(16),
    isActive: true,
    isSuperuser: false,
    isVerified: false,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    totpSecret: 'canary-secret',
  });
  for (let number = 1; number <= Number(USERS); number++) {
    await adapter.create(row(`user${number}@example.org`, `user${number}@example.org`));
  }
  await adapter.create(row('evil\u001b[2J\r\n\u202eroot@example.org', 'evil@example.org'));
}

const usersModule = (name, extras) =>
  UsersModule.forRoot({
    name,
    path: name,
    backends: [
      new AuthBackend({
        name,
        transport: new BearerTransport(),
        strategy: new JwtTokenStrategy({ secret: SECRET }),
      }),
    ],
    resetPasswordTokenSecret: SECRET,
    passwordHasher: new FastPasswordHasher(),
    ...extras,
  });

const users = usersModule('users', { adapter, isGlobal: true });
const staff = usersModule('staff', { adapter: new MemoryUserAdapter() });

/** Two kinds of users. */
export class AppModule {}
Module({
  imports: [users, staff],
  controllers: [CatsController],
  providers: [Diary, { provide: APP_GUARD, useExisting: UsersAuthGuard }],
})(AppModule);

/** None at all. */
export class BareModule {}
Module({ providers: [] })(BareModule);

/** Two of one name. */
export class TwinsModule {}
Module({
  imports: [staff, usersModule('staff', { adapter: new MemoryUserAdapter(), path: 'twins' })],
})(TwinsModule);
