import { setTimeout as sleep } from 'node:timers/promises';
import {
  OnUserForgotPassword,
  OnUserVerificationRequested,
  UserForgotPasswordEvent,
  type UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  awaitUnseenListeners,
  type Classes,
  expectAlike,
  expectDifferent,
  startQuietHost,
} from '../harness/alike.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { askForMail } from '../harness/recovery.js';
import { PLAIN_LIMITS } from '../harness/timing.js';

/** Takes two seconds for a mail, or throws. */
@Injectable()
class SlowMailer {
  @OnUserForgotPassword()
  @OnUserVerificationRequested()
  async send({ user }: UserForgotPasswordEvent | UserVerificationRequestedEvent): Promise<void> {
    if (user.email.startsWith('broken')) throw new Error('The mail server is down.');
    await sleep(2000);
  }
}

/** Each kind of address: whether a mail is due, and what becomes of it, must not be seen. */
async function requestsOf(
  host: Host,
  route: 'forgot-password' | 'request-verify-token',
): Promise<Classes> {
  const password = newPassword();
  const people = {
    unknown: newEmail('nobody'),
    known: newEmail('known'),
    verified: newEmail('verified'),
    inactive: newEmail('inactive'),
    'without password': newEmail('none'),
    'mailer throws': newEmail('broken'),
  };
  await host.users.create({ email: people.known, password });
  await host.users.create({ email: people.verified, password, isVerified: true });
  await host.users.create({ email: people.inactive, password, isActive: false });
  await host.users.create({ email: people['without password'] });
  await host.users.create({ email: people['mailer throws'], password });
  return Object.fromEntries(
    Object.entries(people).map(([kind, email]) => [kind, () => askForMail(host, route, email)]),
  );
}

// Every request that may send a mail does: the limit would make most of them alike by itself.
const options = { mailLimit: false, listenerTimeoutSeconds: 3 } as const;

describe.each([
  { id: 'EN-04', route: 'forgot-password' },
  { id: 'EN-05', route: 'request-verify-token' },
] as const)('the time of POST /$route', ({ id, route }) => {
  let host: Host;
  let leaky: Host;
  beforeAll(async () => {
    host = await startQuietHost({ providers: [SlowMailer], options });
    leaky = await startQuietHost({ options });
    awaitUnseenListeners(leaky);
  });
  afterAll(async () => {
    await host.close();
    await leaky.close();
  });

  it(`${id}, EV-05: does not tell whether there is a mail to send`, async () => {
    await expectAlike(await requestsOf(host, route), PLAIN_LIMITS);
  }, 600_000);

  it(`${id}: control: an awaited listener would be seen`, async () => {
    const { unknown, known } = await requestsOf(leaky, route);
    await expectDifferent({ unknown, known } as Classes, PLAIN_LIMITS);
  }, 300_000);
});
