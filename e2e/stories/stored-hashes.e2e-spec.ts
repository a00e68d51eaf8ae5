import { Argon2PasswordHasher, BcryptPasswordHasher } from '@nestjs-users/core';
import { CountingPasswordHasher } from '@nestjs-users/testing';
import { hashSync } from 'bcryptjs';
import { afterAll, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, tell } from '../harness/tell.js';

const bcrypt = { allowInsecureRounds: true, maxQueue: 1000 };
const argon2 = { allowInsecureParameters: true, maxQueue: 1000 };

/** Each hasher as it is configured, as it was configured once, and what its hashes look like. */
const kinds = [
  {
    name: 'bcrypt',
    current: new BcryptPasswordHasher({ rounds: 5, ...bcrypt }),
    older: new BcryptPasswordHasher({ rounds: 4, ...bcrypt }),
    format: /^(\$bcrypt-sha256\$v=2,t=2b,r=5)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/,
    plain: ['2a', '2b', '2y'],
  },
  {
    name: 'Argon2id',
    current: new Argon2PasswordHasher({ memoryKiB: 256, iterations: 2, ...argon2 }),
    older: new Argon2PasswordHasher({ memoryKiB: 128, iterations: 2, ...argon2 }),
    format: /^(\$argon2id\$v=19\$m=256,t=2,p=1)\$([+/A-Za-z0-9]{22})\$([+/A-Za-z0-9]{43})$/,
    plain: [],
  },
] as const;
afterAll(() =>
  Promise.all(
    kinds.flatMap(({ current, older }) => [
      current.onApplicationShutdown(),
      older.onApplicationShutdown(),
    ]),
  ),
);

/** Hashes that nobody could have made with this hasher, or that are none. */
const broken = [
  ['NULL', null],
  ['empty', ''],
  ['a letter', 'x'],
  ['the password itself', 'correct horse'],
  ['a prefix of argon2', '$argon2id$'],
  ['a hash of argon2 that is cut', '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaA'],
  [
    'an argon2 of four gigabytes',
    `$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${'a'.repeat(42)}A`,
  ],
  ['a hash of another system', `pbkdf2_sha256$600000$salt$${'a'.repeat(42)}A=`],
  ['a prefix of bcrypt', '$2b$'],
  ['a bcrypt of absurd cost', `$2b$31$${'a'.repeat(53)}`],
  [
    'a wrapped one of absurd cost',
    `$bcrypt-sha256$v=2,t=2b,r=31$${'a'.repeat(22)}$${'b'.repeat(31)}`,
  ],
  [
    'a wrapped one with a letter too many',
    `$bcrypt-sha256$v=2,t=2b,r=5$${'a'.repeat(23)}$${'b'.repeat(31)}`,
  ],
  ['as long as the column', 'x'.repeat(255)],
] as const;

for (const { name, current, older, format, plain } of kinds) {
  const hasher = new CountingPasswordHasher(current);
  tell(
    `Stored hashes of ${name}`,
    everyDatabase,
    (stage, { database }) => {
      /** Writes a hash past the library. */
      const store = async (
        { id }: { id: string },
        hashedPassword: string | null,
      ): Promise<void> => {
        const { dataSource, entity } = stage.host;
        await dataSource.getRepository(entity).update({ id }, { hashedPassword });
      };
      const login = (host: Host, username: string, password: string): Promise<Answer> =>
        host.send({ method: 'POST', path: '/users/login/jwt', body: { username, password } });

      it('PW-13: describe themselves, are salted, and differ for one password', async () => {
        const { host } = stage;
        const password = newPassword();
        const rows = await Promise.all(
          [1, 2].map(async () => {
            const { id } = await host.users.create({ email: newEmail(), password });
            return host.row({ id });
          }),
        );
        const [a, b] = rows.map((row) => format.exec(row?.hashedPassword ?? ''));
        expect(a?.[1]).toBe(b?.[1]);
        expect(a?.[2]).not.toBe(b?.[2]);
        expect(a?.[3]).not.toBe(b?.[3]);
      });

      it.each([
        ...broken,
        // Where nothing keeps a megabyte out of the column.
        ...(database === 'sqlite' ? ([['a megabyte', 'x'.repeat(1e6)]] as const) : []),
      ])('PW-15: a broken one is a wrong password: %s', async (_what, hash) => {
        const { host } = stage;
        const persona = await newcomer(host);
        const wrong = await login(host, persona.email, 'wrong horse');
        await store(persona, hash);
        hasher.reset();
        const answer = await login(host, persona.email, persona.password);
        expect(answer.status).toBe(400);
        expect(answer.text).toBe(wrong.text);
        expect([hasher.verifications, hasher.hashes]).toEqual([1, 0]);
        expect((await host.row({ id: persona.id }))?.hashedPassword).toBe(hash);

        const change = await persona.send({
          method: 'PATCH',
          path: '/users/me',
          body: { password: newPassword(), currentPassword: persona.password },
        });
        expect(change.body).toMatchObject({ code: 'UPDATE_USER_BAD_CURRENT_PASSWORD' });

        // A forgotten password helps.
        await host.users.forgotPassword(persona.email);
        const token = (await host.events.resetTokens(persona.email)).at(-1) ?? '';
        await host.users.resetPassword(token, persona.password);
        expect((await login(host, persona.email, persona.password)).status).toBe(200);
      });

      it.each(plain)('a plain $%s$ from elsewhere works, and is renewed', async (minor) => {
        const { host } = stage;
        const persona = await newcomer(host);
        await store(persona, hashSync(persona.password, 4).replace('$2b$', `$${minor}$`));
        expect((await login(host, persona.email, 'wrong horse')).status).toBe(400);
        expect((await host.row({ id: persona.id }))?.hashedPassword).toContain(`$${minor}$`);
        expect((await login(host, persona.email, persona.password)).status).toBe(200);
        expect((await host.row({ id: persona.id }))?.hashedPassword).toMatch(/^\$bcrypt-sha256\$/);
      });

      it('PW-14: an old one is renewed at login, twenty at once, and nothing else changes', async () => {
        const { host } = stage;
        const persona = await newcomer(host, 'cookie');
        await host.users.forgotPassword(persona.email);
        const token = (await host.events.resetTokens(persona.email)).at(-1) ?? '';
        await store(persona, await older.hash(persona.password));
        const before = await host.row({ id: persona.id });

        // Not by a failure.
        await login(host, persona.email, 'wrong horse');
        expect(await host.row({ id: persona.id })).toEqual(before);

        const events = await host.events.during(async () => {
          const answers = await Promise.all(
            Array.from({ length: 20 }, () => login(host, persona.email, persona.password)),
          );
          expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
          for (const { body } of answers) {
            const headers = { authorization: `Bearer ${body.access_token}` };
            expect((await host.send({ path: '/users/me', headers })).status).toBe(200);
          }
        });
        expect(new Set(events.map(({ constructor }) => constructor.name))).toEqual(
          new Set(['UserLoggedInEvent']),
        );
        const after = await host.row({ id: persona.id });
        expect(after?.hashedPassword).toMatch(format);
        expect(after?.securityStamp).toBe(before?.securityStamp);
        expect((await persona.me()).status).toBe(200);
        await expectCurrent(persona);
        await expect(host.users.resetPassword(token, newPassword())).resolves.toBeDefined();
      });

      it('PW-14: a current one is left alone', async () => {
        const { host } = stage;
        const persona = await newcomer(host);
        const before = await host.row({ id: persona.id });
        hasher.reset();
        await persona.login();
        expect([hasher.verifications, hasher.hashes]).toEqual([1, 0]);
        expect(await host.row({ id: persona.id })).toEqual(before);
      });

      async function expectCurrent(persona: Persona): Promise<void> {
        hasher.reset();
        expect((await login(stage.host, persona.email, persona.password)).status).toBe(200);
        expect(hasher.hashes).toBe(0);
      }
    },
    { options: { passwordHasher: hasher } },
  );
}
