import {
  type BaseUser,
  BeforeUserRegisterEvent,
  OnUserRegistered,
  UserForgotPasswordEvent,
  UserLoggedInEvent,
  UserRegisteredEvent,
  UsersEvent,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { type INestApplication, Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usersTestingOptions } from '../module/users-testing-options.js';
import { CapturedEvents } from './captured-events.js';
import { listenersSettled } from './listeners-settled.js';

@Injectable()
class SlowListener {
  isDone = false;

  @OnUserRegistered()
  async work(): Promise<void> {
    await sleep(50);
    this.isDone = true;
  }
}

const anna = { email: 'anna@example.org', password: 'correct horse battery' };
const bert = { email: 'bert@example.org', password: 'correct horse battery' };

describe('CapturedEvents and listenersSettled', () => {
  let app: INestApplication;
  let users: UsersService;
  let events: CapturedEvents;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [UsersModule.forRoot(usersTestingOptions())],
      providers: [CapturedEvents, SlowListener],
    }).compile();
    app = await module.createNestApplication().init();
    users = app.get(UsersService);
    events = app.get(CapturedEvents);
  });

  afterEach(() => app.close());

  it('waits for the event, with its token', async () => {
    await users.create(anna);
    await users.forgotPassword(anna.email);
    const { token, user } = await events.next(UserForgotPasswordEvent);
    expect(user.email).toBe(anna.email);
    await users.resetPassword(token, 'another good password');
    expect(await users.authenticate(anna.email, 'another good password')).not.toBeNull();
  });

  it('gives each event of a class once, in order, and leaves other classes', async () => {
    await users.create(anna);
    await users.create(bert);
    expect((await events.next(UserRegisteredEvent)).user.email).toBe(anna.email);
    expect((await events.next(UserRegisteredEvent)).user.email).toBe(bert.email);
    expect((await events.next(BeforeUserRegisterEvent)).input.email).toBe(anna.email);
    expect(events.of(UserRegisteredEvent)).toHaveLength(2);
  });

  it('types the user as the application does', async () => {
    interface Member extends BaseUser<string> {
      nickname: string;
    }
    await users.create({ ...anna, nickname: 'Annie' } as typeof anna);
    const { user } = await events.next(UserRegisteredEvent<Member>);
    expect(user.nickname.length).toBe(5);
  });

  it('serves several who wait, each with an event of its own', async () => {
    const waiting = [events.next(UserRegisteredEvent), events.next(UserRegisteredEvent)];
    await users.create(anna);
    await users.create(bert);
    const emails = (await Promise.all(waiting)).map(({ user }) => user.email);
    expect(emails).toEqual([anna.email, bert.email]);
  });

  it('says what it has heard instead, and no values, when the event does not come', async () => {
    await users.create(anna);
    await listenersSettled(app);
    const missing = events.next(UserLoggedInEvent, { timeoutSeconds: 0.01 });
    await expect(missing).rejects.toThrow(
      'No UserLoggedInEvent within 0.01 s. ' +
        'Heard so far: BeforeUserRegisterEvent, UserRegisteredEvent.',
    );
    await expect(missing).rejects.not.toThrow('anna');
  });

  it('does not keep an event for somebody who has given up', async () => {
    await expect(events.next(UserRegisteredEvent, { timeoutSeconds: 0.01 })).rejects.toThrow('No');
    await users.create(anna);
    expect(await events.next(UserRegisteredEvent)).toBeInstanceOf(UserRegisteredEvent);
  });

  it('forgets everything when told to', async () => {
    await users.create(anna);
    await listenersSettled(app);
    expect(events.of(UsersEvent)).toEqual(events.all());
    expect(events.all()).toHaveLength(2);
    events.clear();
    expect(events.all()).toEqual([]);
    await expect(events.next(UsersEvent, { timeoutSeconds: 0.01 })).rejects.toThrow('nothing');
  });

  it('knows when the listeners have ended', async () => {
    await users.create(anna);
    expect(app.get(SlowListener).isDone).toBe(false);
    await listenersSettled(app);
    expect(app.get(SlowListener).isDone).toBe(true);
  });
});
