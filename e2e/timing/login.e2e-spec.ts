import {
  Argon2PasswordHasher,
  bcryptHashes,
  BcryptPasswordHasher,
  djangoHashes,
  MigratingPasswordHasher,
  PasswordHasher,
} from '@nestjs-users/core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Classes, expectAlike, expectDifferent, startQuietHost } from '../harness/alike.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { HASH_LIMITS } from '../harness/timing.js';

const CONTROL_COUNT = 40;

/** About 50 ms a hash, so that a missing one stands out from the noise. */
const ROUNDS = 9;
const hasher = (rounds = ROUNDS): BcryptPasswordHasher =>
  new BcryptPasswordHasher({ rounds, allowInsecureRounds: true });

/** Attempts in which the time of a cheap Argon2 hash on this machine has been measured. */
const UNTIL_MEASURED = 40;

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
    host = await startQuietHost({ options: { passwordHasher: hasher() } });
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
    host = await startQuietHost({ options: { passwordHasher } });
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
    await expectAlike(logins, HASH_LIMITS, UNTIL_MEASURED);
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
    host = await startQuietHost({ options: { passwordHasher: new LeakyHasher() } });
  });
  afterAll(() => host.close());

  it('EN-02: sees a missing dummy hash', { timeout: 300_000 }, async () => {
    const { unknown, 'wrong password': wrong } = await failingLogins(host);
    const classes = { unknown, wrong } as Classes;
    await expectDifferent(classes, HASH_LIMITS, CONTROL_COUNT);
  });
});
