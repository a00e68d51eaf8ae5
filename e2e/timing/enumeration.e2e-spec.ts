import { setTimeout as sleep } from 'node:timers/promises';
import {
  Argon2PasswordHasher,
  bcryptHashes,
  BcryptPasswordHasher,
  djangoHashes,
  MigratingPasswordHasher,
  OnUserForgotPassword,
  PasswordHasher,
  UserForgotPasswordEvent,
  UsersEventBus,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Host, type HostOptions } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import {
  distinguishable,
  HASH_LIMITS,
  measure,
  PLAIN_LIMITS,
  type TimingLimits,
} from '../harness/timing.js';

const COUNT = 200;
const CONTROL_COUNT = 40;

/** About 50 ms a hash, so that a missing one stands out from the noise. */
const ROUNDS = 9;
const hasher = (rounds = ROUNDS): BcryptPasswordHasher =>
  new BcryptPasswordHasher({ rounds, allowInsecureRounds: true });

/** What must not be told apart: runs once more if it was, for noise comes and goes. */
async function expectAlike(
  classes: Readonly<Record<string, () => Promise<unknown>>>,
  limits: TimingLimits,
): Promise<void> {
  const first = distinguishable(await measure(classes, COUNT), limits);
  const second = first.length > 0 ? distinguishable(await measure(classes, COUNT), limits) : [];
  expect(second).toEqual([]);
}

async function startHost(wishes: HostOptions): Promise<Host> {
  return Host.start({ platform: 'fastify', database: 'sqlite', flavour: 'bare' }, wishes);
}

/** A login with a wrong password. */
function loginOf(host: Host, username: string | undefined): () => Promise<unknown> {
  const body = { username, password: 'not the right one' };
  return () => host.send({ method: 'POST', path: '/users/login/jwt', body });
}

/** One account of each kind that a stranger must not tell apart, and a login that fails for each. */
async function failingLogins(host: Host): Promise<Record<string, () => Promise<unknown>>> {
  const [wrong, inactive, passwordless, old] = ['wrong', 'inactive', 'none', 'old'].map(newEmail);
  await host.users.create({ email: wrong as string, password: newPassword() });
  await host.users.create({ email: inactive as string, password: newPassword(), isActive: false });
  await host.users.create({ email: passwordless as string });
  const user = await host.users.create({ email: old as string });
  const weak = hasher(ROUNDS - 1);
  await host.dataSource
    .getRepository(host.entity)
    .update(user.id, { hashedPassword: await weak.hash(newPassword()) });
  await weak.onApplicationShutdown();
  const login = (email: string | undefined) => loginOf(host, email);
  return {
    unknown: login('nobody@example.org'),
    'wrong password': login(wrong),
    inactive: login(inactive),
    'without password': login(passwordless),
    'old hash': login(old),
  };
}

describe('the time of a failed login', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ options: { passwordHasher: hasher() } });
  });
  afterAll(() => host.close());

  it('EN-02: does not tell who has an account, or of what kind', { timeout: 600_000 }, async () => {
    await expectAlike(await failingLogins(host), HASH_LIMITS);
  });
});

describe('the time of a failed login, beside hashes of other systems', () => {
  const main = new Argon2PasswordHasher();
  const passwordHasher = new MigratingPasswordHasher(main, [
    bcryptHashes({ rounds: 8 }),
    djangoHashes({ iterations: 60_000 }),
  ]);
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ options: { passwordHasher } });
  });
  afterAll(() => host.close());

  it('EN-02: does not tell whose hash was imported, or is a cheap one', async () => {
    const weak = new Argon2PasswordHasher({ memoryKiB: 4096, allowInsecureParameters: true });
    const logins = {
      unknown: loginOf(host, 'nobody@example.org'),
      current: loginOf(host, await importedUser(host, await main.hash(newPassword()))),
      'weak Argon2': loginOf(host, await importedUser(host, await weak.hash(newPassword()))),
      bcrypt: loginOf(host, await importedUser(host, `$2b$05$${'a'.repeat(53)}`)),
      django: loginOf(host, await importedUser(host, `pbkdf2_sha256$1000$salt$${'A'.repeat(43)}=`)),
    };
    await weak.onApplicationShutdown();
    await expectAlike(logins, HASH_LIMITS);
  }, 600_000);
});

/** The address of somebody with this hash. */
async function importedUser(host: Host, hashedPassword: string): Promise<string> {
  const email = newEmail();
  const user = await host.users.create({ email });
  await host.dataSource.getRepository(host.entity).update(user.id, { hashedPassword });
  return email;
}

/** Forgets the dummy hash for unknown users: what the test above must be able to see. */
class LeakyHasher extends PasswordHasher {
  readonly #hasher = hasher();
  hash = (password: string): Promise<string> => this.#hasher.hash(password);
  verify = async (password: string, storedHash: string | null): Promise<boolean> =>
    storedHash !== null && this.#hasher.verify(password, storedHash);
  needsRehash = (storedHash: string): boolean => this.#hasher.needsRehash(storedHash);
  onApplicationShutdown = (): Promise<void> => this.#hasher.onApplicationShutdown();
}

describe('the control of the login test', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ options: { passwordHasher: new LeakyHasher() } });
  });
  afterAll(() => host.close());

  it('EN-02: sees a missing dummy hash', { timeout: 300_000 }, async () => {
    const { unknown, 'wrong password': wrong } = await failingLogins(host);
    const times = await measure(
      { unknown, wrong } as Record<string, () => Promise<unknown>>,
      CONTROL_COUNT,
      5,
    );
    expect(distinguishable(times, HASH_LIMITS)).toHaveLength(1);
  });
});

@Injectable()
class SlowMailer {
  @OnUserForgotPassword()
  async send({ user }: UserForgotPasswordEvent): Promise<void> {
    if (user.email.startsWith('broken')) throw new Error('The mail server is down.');
    await sleep(2000);
  }
}

/** Four kinds of address, a mailer that takes two seconds, and one that throws. */
async function forgottenPasswords(host: Host): Promise<Record<string, () => Promise<unknown>>> {
  const [known, inactive, passwordless, broken] = ['known', 'inactive', 'none', 'broken'].map(
    newEmail,
  );
  await host.users.create({ email: known as string, password: newPassword() });
  await host.users.create({ email: inactive as string, password: newPassword(), isActive: false });
  await host.users.create({ email: passwordless as string });
  await host.users.create({ email: broken as string, password: newPassword() });
  const forget = (email: string | undefined) => () =>
    host.send({ method: 'POST', path: '/users/forgot-password', body: { email } });
  return {
    unknown: forget('nobody@example.org'),
    known: forget(known),
    inactive: forget(inactive),
    'without password': forget(passwordless),
    'mailer throws': forget(broken),
  };
}

describe('the time of a forgotten password', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ providers: [SlowMailer], options: { listenerTimeoutSeconds: 3 } });
  });
  afterAll(() => host.close());

  it(
    'EN-04, EV-05: does not tell whether there is a mail to send',
    { timeout: 600_000 },
    async () => {
      await expectAlike(await forgottenPasswords(host), PLAIN_LIMITS);
    },
  );
});

describe('the control of the forgotten-password test', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost({});
    // Awaits what must not be awaited, and only where there is something to await.
    const bus = host.app.get(UsersEventBus);
    const emitUnseen = bus.emitUnseen.bind(bus);
    bus.emitUnseen = async (make) => {
      await emitUnseen(make);
      if (make) await bus.settled();
    };
  });
  afterAll(() => host.close());

  it('EN-04: sees an awaited listener', { timeout: 300_000 }, async () => {
    const { unknown, known } = await forgottenPasswords(host);
    const times = await measure(
      { unknown, known } as Record<string, () => Promise<unknown>>,
      COUNT,
    );
    expect(distinguishable(times, PLAIN_LIMITS)).toHaveLength(1);
  });
});
