import {
  BcryptPasswordHasher,
  DuringUserRegister,
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

const hasher = new BcryptPasswordHasher();

/** What it can do wrong while a transaction is open. */
const MISDEEDS_INSIDE = {
  'hashes in the transaction': () => hasher.hash('correct horse battery'),
};

/** Those of the process, by the environment. */
export class Listeners {
  async addProfile({ user, transaction }) {
    await transaction.insert(Profiles, { userId: user.id });
    await MISDEEDS_INSIDE[process.env.LISTENER]?.();
  }

  misbehave() {
    return (MISDEEDS[process.env.LISTENER] ?? MISDEEDS.none)();
  }

  report({ user }) {
    tell({ event: 'registered', email: user.email });
  }

  /** The mail that an application would send. */
  mail({ user, token }) {
    tell({ event: 'mailed', email: user.email, token });
  }
}
decorate(DuringUserRegister(), 'addProfile');
decorate(OnUserLoggedIn(), 'misbehave');
decorate(OnUserRegistered(), 'report');
decorate(OnUserForgotPassword(), 'mail');
decorate(OnUserVerificationRequested(), 'mail');

function tell(event) {
  process.stdout.write(`EVENT ${JSON.stringify(event)}\n`);
}

function decorate(decorator, name) {
  const descriptor = Object.getOwnPropertyDescriptor(Listeners.prototype, name);
  decorator(Listeners.prototype, name, descriptor);
}
