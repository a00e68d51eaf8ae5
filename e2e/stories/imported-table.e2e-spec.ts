import {
  Argon2PasswordHasher,
  argon2Hashes,
  AuthService,
  bcryptHashes,
  betterAuthHashes,
  canonicalEmail,
  djangoHashes,
  firebaseHashes,
  MigratingPasswordHasher,
  scryptHashes,
  UserAdapter,
} from '@nestjs-users/core';
import { CountingPasswordHasher } from '@nestjs-users/testing';
import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import {
  cheapForeignHashes,
  FIREBASE_PROJECT,
  type ForeignHash,
} from '../harness/foreign-hashes.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

const main = new Argon2PasswordHasher({ maxQueue: 1000 });
const hasher = new CountingPasswordHasher(
  new MigratingPasswordHasher(main, [
    bcryptHashes({ rounds: 6 }),
    djangoHashes({ iterations: 1000 }),
    argon2Hashes({ memoryKiB: 1024, iterations: 2, parallelism: 1 }),
    scryptHashes({ logCost: 10 }),
    betterAuthHashes(),
    firebaseHashes(FIREBASE_PROJECT),
  ]),
);
afterAll(() => main.onApplicationShutdown());

const [someHash] = cheapForeignHashes as [ForeignHash];
const CONFIGURED = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

const login = (host: Host, username: string, password: string): Promise<Answer> =>
  host.send({ method: 'POST', path: '/users/login/jwt', body: { username, password } });

/** Writes a row as the documentation does it. */
function importUser(host: Host, hashedPassword: string): Promise<User> {
  const email = newEmail();
  const adapter = host.app.get<UserAdapter<User>>(UserAdapter, { strict: false });
  return adapter.create({
    email,
    pendingEmail: null,
    canonicalEmail: canonicalEmail(email) as string,
    hashedPassword,
    securityStamp: randomBytes(16).toString('hex'),
    isActive: true,
    isSuperuser: false,
    isVerified: true,
    createdAt: new Date(),
    updatedAt: new Date(),
  });
}

tell(
  'An imported table',
  everyDatabase,
  (stage) => {
    it.each(cheapForeignHashes)(
      'PW-14, EN-01: a hash of $format logs in once, and is of ours from then on ($origin)',
      async ({ hash, password }) => {
        const { host } = stage;
        const { id, email } = await importUser(host, hash);
        const before = await host.row({ id });
        const wrong = await login(host, newEmail(), password);
        const session = await issue(id);
        await host.users.forgotPassword(email);
        const token = (await host.events.resetTokens(email)).at(-1) ?? '';

        expectSame(await login(host, email, `${password}x`), wrong);
        expect(await host.row({ id })).toEqual(before);

        const events = await host.events.during(async () => {
          expect((await login(host, email, password)).status).toBe(200);
        });
        expect(events.map(({ constructor }) => constructor.name)).toEqual(['UserLoggedInEvent']);
        const after = await host.row({ id });
        expect(after?.hashedPassword).toMatch(CONFIGURED);
        expect(after?.securityStamp).toBe(before?.securityStamp);

        expectSame(await login(host, email, `${password}x`), wrong);
        hasher.reset();
        expect((await login(host, email, password)).status).toBe(200);
        expect([hasher.verifications, hasher.hashes]).toEqual([1, 0]);

        expect((await host.send({ path: '/users/me', headers: session })).status).toBe(200);
        await expect(host.users.resetPassword(token, newPassword())).resolves.toBeDefined();
      },
    );

    it('PW-14: twenty logins at once leave one good hash, and every session alive', async () => {
      const { host } = stage;
      const { hash, password } = someHash;
      const { id, email } = await importUser(host, hash);
      const before = await host.row({ id });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => login(host, email, password)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      for (const { body } of answers) {
        const headers = { authorization: `Bearer ${body.access_token}` };
        expect((await host.send({ path: '/users/me', headers })).status).toBe(200);
      }
      const after = await host.row({ id });
      expect(after?.hashedPassword).toMatch(CONFIGURED);
      expect(after?.securityStamp).toBe(before?.securityStamp);
      hasher.reset();
      expect((await login(host, email, password)).status).toBe(200);
      expect(hasher.hashes).toBe(0);
    });

    it('PW-14: a password that is changed while its old hash is checked stays changed', async () => {
      const { host } = stage;
      const { hash, password } = someHash;
      const { id, email } = await importUser(host, hash);
      hasher.pause();
      const answer = login(host, email, password);
      await hasher.held();
      const chosen = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$'.padEnd(98, 'A');
      await host.dataSource.getRepository(host.entity).update({ id }, { hashedPassword: chosen });
      hasher.resume();
      await answer;
      expect((await host.row({ id }))?.hashedPassword).toBe(chosen);
    });

    it('PW-13: two users with one password have different hashes', async () => {
      const { host } = stage;
      const password = newPassword();
      const hashes = await Promise.all(
        [1, 2].map(async () => {
          const { id } = await host.users.create({ email: newEmail(), password });
          return (await host.row({ id }))?.hashedPassword ?? '';
        }),
      );
      for (const hash of hashes) expect(hash).toMatch(CONFIGURED);
      const [a = [], b = []] = hashes.map((hash) => hash.split('$'));
      expect([a[4], a[5]]).not.toContain(b[4]);
      expect(a[5]).not.toBe(b[5]);
    });

    /** A session from before the first login. */
    async function issue(id: string): Promise<Record<string, string>> {
      const user = await stage.host.users.get(id);
      const { body: token = {} } = await stage.host.app.get(AuthService).issue(user, 'jwt');
      return { authorization: `Bearer ${String(token['access_token'])}` };
    }
  },
  { options: { passwordHasher: hasher } },
);

/** Hashes that demand absurd work, or that nobody configured reads. */
const unreadable = [
  [
    'memory of four gigabytes',
    `$argon2id$v=19$m=4194304,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`,
  ],
  ['a thousand passes', `$argon2id$v=19$m=65536,t=1000,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`],
  ['ten million iterations', `pbkdf2_sha256$10000000$salt$${'A'.repeat(43)}=`],
  ['scrypt of a gigabyte', `$scrypt$ln=20,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`],
  ['a bcrypt of absurd cost', `$2b$31$${'a'.repeat(53)}`],
  ['a scheme that is not configured', `sha1$salt$${'a'.repeat(40)}`],
  ['another of that scheme', `sha1$salt$${'b'.repeat(40)}`],
  ['what may be a password', 'hunter2$horse'],
  ['nothing', ''],
] as const;

tell(
  'A hash that nobody reads',
  everyPlatform.slice(0, 1),
  (stage) => {
    it.each(unreadable)('PW-15, PW-20: is a wrong password: %s', async (_what, hash) => {
      const { host } = stage;
      const { id, email } = await importUser(host, hash);
      const wrong = await login(host, newEmail(), 'correct horse');
      hasher.reset();
      expectSame(await login(host, email, 'correct horse'), wrong);
      expect([hasher.verifications, hasher.hashes]).toEqual([1, 0]);
      expect((await host.row({ id }))?.hashedPassword).toBe(hash);
    });

    it('is logged once for each scheme, with the remedy and without the hash', () => {
      const told = stage.host.log.filter((line) => line.includes('cannot be read by'));
      const schemes = ['argon2id', 'pbkdf2_sha256', 'scrypt', '2b', 'sha1'];
      for (const scheme of schemes) {
        expect(told.filter((line) => line.includes(`of the scheme "${scheme}"`))).toHaveLength(1);
      }
      expect(told.filter((line) => line.includes('of no known scheme'))).toHaveLength(1);
      expect(told).toHaveLength(schemes.length + 1);
      for (const line of told) {
        expect(line).toContain('MigratingPasswordHasher');
        expect(line).not.toMatch(/hunter2|AAAA|aaaa|salt/);
      }
    });
  },
  { options: { passwordHasher: hasher } },
);

function expectSame(answer: Answer, other: Answer): void {
  expect([answer.status, answer.text]).toEqual([other.status, other.text]);
  expect(answer.status).toBe(400);
}
