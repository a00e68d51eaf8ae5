import {
  DuringUserRegister,
  OnUserEmailChangeRequested,
  OnUserForgotPassword,
  OnUserLoggedIn,
  OnUserRegistered,
  OnUserVerificationRequested,
} from '@nestjs-users/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Profiles } from './fault-entities.mjs';

const hoard = [];

/** What a listener of an application can do wrong, by name. */
const MISDEEDS = {
  none: async () => {},
  'throws at once': () => {
    throw new Error('At once.');
  },
  'throws later': async () => {
    await sleep(5);
    throw new Error('Later.');
  },
  'throws no error': () => {
    throw undefined;
  },
  'throws a text': async () => {
    throw 'text';
  },
  'rejects with nothing': () => Promise.reject(),
  'throws when it is awaited': () =>
    // eslint-disable-next-line unicorn/no-thenable -- that it has one is its misdeed
    Object.defineProperty({}, 'then', {
      get() {
        throw new Error('then');
      },
    }),
  'never ends': () => new Promise(() => {}),
  'is slow': () => sleep(5000),
  'leaves a rejection to nobody': () => void Promise.reject(new Error('To nobody.')),
  'hoards memory': () => void hoard.push(Array.from({ length: 2 ** 17 }, () => ({}))),
};

/** Those of the process, by the environment. */
export class Listeners {
  async addProfile({ user, transaction }) {
    await transaction.insert(Profiles, { userId: user.id });
  }

  misbehave() {
    return MISDEEDS[process.env.LISTENER ?? 'none']();
  }

  report({ user }) {
    process.stdout.write(`EVENT ${JSON.stringify({ event: 'registered', email: user.email })}\n`);
  }

  /** A row reads over the shoulder of a mailer that does not work, too. */
  mail({ user, token, cancelToken }) {
    const mail = { email: user.email, token, cancelToken };
    process.stdout.write(`MAIL ${JSON.stringify(mail)}\n`);
    return MISDEEDS[process.env.MAILER ?? 'none']();
  }
}
decorate(DuringUserRegister(), 'addProfile');
decorate(OnUserLoggedIn(), 'misbehave');
decorate(OnUserRegistered(), 'report');
for (const asked of [OnUserForgotPassword, OnUserVerificationRequested, OnUserEmailChangeRequested])
  decorate(asked(), 'mail');

function decorate(decorator, name) {
  const descriptor = Object.getOwnPropertyDescriptor(Listeners.prototype, name);
  decorator(Listeners.prototype, name, descriptor);
}
