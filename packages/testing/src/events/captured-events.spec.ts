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
  UserVerificationRequestedEvent,
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
      imports: [UsersModule.forRoot({ ...usersTestingOptions(), emailChange: 'confirmed' })],
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

  it('gives the event that is meant, and leaves the others', async () => {
    const isBert = ({ user }: UserRegisteredEvent): boolean => user.email === bert.email;
    const waiting = events.next(UserRegisteredEvent, { where: isBert });
    await users.create(anna);
    await users.create(bert);
    expect((await waiting).user.email).toBe(bert.email);
    expect((await events.next(UserRegisteredEvent)).user.email).toBe(anna.email);
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

  describe('the tokens of the mails to one address', () => {
    const [email, newEmail] = ['ANNA@example.org', 'Annie@example.org'];

    beforeEach(async () => {
      await users.create(bert);
      await users.create(anna);
    });

    it('reset the password', async () => {
      await users.forgotPassword(bert.email);
      await users.forgotPassword(anna.email);
      await users.resetPassword(await events.resetToken(email), 'another good password');
      expect(await users.authenticate(anna.email, 'another good password')).not.toBeNull();
    });

    it('verify the address', async () => {
      await users.requestVerification(bert.email);
      await users.requestVerification(anna.email);
      const verified = await users.verify(await events.verificationToken(email));
      expect(verified).toMatchObject({ email: anna.email, isVerified: true });
    });

    it('confirm and cancel a change of address', async () => {
      const askFor = async (wanted: string): Promise<unknown> =>
        users.update((await users.getByEmail(anna.email))!, { email: wanted }, { safe: true });
      await askFor('other@example.org');
      await askFor(newEmail);
      await users.cancelEmailChange((await events.emailChangeTokens(newEmail)).cancel);
      await askFor(newEmail);
      const { confirm } = await events.emailChangeTokens(newEmail.toLowerCase());
      expect(await users.confirmEmailChange(confirm)).toMatchObject({ email: newEmail });
    });

    it('come once, the earliest first, and are waited for', async () => {
      const waiting = [events.verificationToken(email), events.verificationToken(email)];
      await users.requestVerification(anna.email);
      await users.requestVerification(anna.email);
      const tokens = await Promise.all(waiting);
      const mailed = events.of(UserVerificationRequestedEvent);
      expect(tokens).toEqual(mailed.map(({ token }) => token));
      const missing = events.verificationToken(email, { timeoutSeconds: 0.01 });
      await expect(missing).rejects.toThrow('No UserVerificationRequestedEvent within 0.01 s.');
    });
  });

  it('knows when the listeners have ended', async () => {
    await users.create(anna);
    expect(app.get(SlowListener).isDone).toBe(false);
    await listenersSettled(app);
    expect(app.get(SlowListener).isDone).toBe(true);
  });
});
