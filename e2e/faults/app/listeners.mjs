import {
  DuringUserRegister,
  OnUserLoggedIn,
  OnUserRegistered,
  OnUserVerificationRequested,
} from '@nestjs-users/core';
import { Inject } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
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
  'is slow': async (dataSource) => {
    tell({ event: 'began' });
    await sleep(5000);
    await dataSource.query('SELECT 1');
    tell({ event: 'ended' });
  },
  blocks: () => {
    const end = performance.now() + 200;
    while (performance.now() < end);
  },
  'leaves a rejection to nobody': () => void Promise.reject(new Error('To nobody.')),
  'hoards memory': () => void hoard.push(Array.from({ length: 2 ** 17 }, () => ({}))),
};

/** Those of the process, by the environment. */
export class Listeners {
  constructor(dataSource) {
    this.dataSource = dataSource;
  }

  async addProfile({ user, transaction }) {
    await transaction.insert(Profiles, { userId: user.id });
  }

  misbehave() {
    return MISDEEDS[process.env.LISTENER ?? 'none'](this.dataSource);
  }

  report({ user }) {
    tell({ event: 'registered', email: user.email });
  }

  mail({ user, token }) {
    tell({ event: 'mailed', email: user.email, token });
  }
}
Inject(DataSource)(Listeners, undefined, 0);
decorate(DuringUserRegister(), 'addProfile');
decorate(OnUserLoggedIn(), 'misbehave');
decorate(OnUserRegistered(), 'report');
decorate(OnUserVerificationRequested(), 'mail');

function decorate(decorator, name) {
  const descriptor = Object.getOwnPropertyDescriptor(Listeners.prototype, name);
  decorator(Listeners.prototype, name, descriptor);
}

function tell(event) {
  process.stdout.write(`EVENT ${JSON.stringify(event)}\n`);
}
