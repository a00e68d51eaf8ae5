import { BcryptPasswordHasher } from '@nestjs-users/core';
import { CountingPasswordHasher } from '@nestjs-users/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { provingDoors, settingDoors } from '../harness/password-doors.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bcrypt = new BcryptPasswordHasher({ rounds: 4, allowInsecureRounds: true, maxQueue: 1000 });
const hasher = new CountingPasswordHasher(bcrypt);
afterAll(() => bcrypt.onApplicationShutdown());

const A = (count: number): string => 'A'.repeat(count);
const emoji = (count: number): string => '🐎'.repeat(count);

const accepted = [
  ['PW-01: 8 characters', 'a1 hörse'],
  ['PW-01: 8 emoji', emoji(8)],
  ['PW-02: 64 characters', A(64)],
  ['PW-02: 128 characters', A(128)],
  ['PW-02: 128 emoji', emoji(128)],
  ['PW-06: one kind of letters', 'correcthorsebatterys'],
  ['PW-06: blanks around and between', '  correct horse  '],
  ['PW-06: blanks alone', ' '.repeat(8)],
  ['PW-07: a letter in two characters', 'cafe\u0301 noir'],
] as const;

const refused = [
  ['none', ''],
  ['PW-01: 7 characters', 'abcdefg'],
  ['PW-01: 7 emoji, which are 14 units', emoji(7)],
  ['PW-01: 8 characters that NFKC makes 7', 'cafe\u0301 no'],
  ['PW-02: 129 characters', A(129)],
  ['PW-02: 129 emoji', emoji(129)],
  ['PW-02: 8 characters that NFKC makes 144', '\ufdfa'.repeat(8)],
  ['PW-03: 90 000 characters', A(90_000)],
  ['PW-08: a lone surrogate', '\ud800aaaaaaaaa'],
] as const;

/** Pairs of passwords that a careless hasher would take for each other. */
const different = [
  ['PW-04: after 72 bytes', `${A(72)}X horse`, `${A(72)}Y horse`],
  ['PW-04: at byte 73', `${A(72)}X`, `${A(72)}Y`],
  ['PW-04: at byte 128', `${A(127)}X`, `${A(127)}Y`],
  ['PW-04: in length only', A(73), A(72)],
  ['PW-06: a blank in front', ' correct horse', 'correct horse'],
  ['PW-06: a blank behind', 'correct horse ', 'correct horse'],
  ['PW-06: the case', 'Correct horse', 'correct horse'],
] as const;

const same = [
  ['PW-07: é in one character and in two', 'caf\u00e9 noir', 'cafe\u0301 noir'],
  ['PW-07: é in two characters and in one', 'cafe\u0301 noir', 'caf\u00e9 noir'],
  ['PW-07: a ligature and its letters', 'o\ufb03ce horse', 'office horse'],
] as const;

tell(
  'Passwords',
  // One application of each kind is enough: the others differ in what passwords have no part in.
  everyPlatform.filter(
    ({ platform, flavour }) => (platform === 'express') === (flavour === 'bare'),
  ),
  (stage) => {
    const login = ({ host }: { host: Host }, username: string, password: string) =>
      host.send({ method: 'POST', path: '/users/login/jwt', body: { username, password } });

    describe.each(settingDoors)('$name', (door) => {
      it.each(accepted)('accepts %s', async (_what, password) => {
        const { email, send } = await door.prepare(stage.host, password);
        expect((await send()).status).toBe(door.status);
        expect((await login(stage, email, password)).status).toBe(200);
      });

      it.each(refused)('refuses, before any hash: %s', async (_what, password) => {
        const { send } = await door.prepare(stage.host, password);
        // To prove the current password is part of the route.
        const proofs = door.name === 'PATCH /me' ? 1 : 0;
        hasher.reset();
        const answer = await send();
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ code: door.code, reason: expect.stringMatching(/\w/) });
        expect([hasher.verifications, hasher.hashes]).toEqual([proofs, 0]);
      });

      it('PW-05: refuses NUL, before any hash', async () => {
        const { send } = await door.prepare(stage.host, 'abc\0def12345');
        hasher.reset();
        expect(await send()).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
        expect(hasher.calls).toBe(0);
      });
    });

    describe.each(provingDoors)('$name', (door) => {
      const owner = async (password: string): Promise<string> => {
        const { id, email } = await newcomer(stage.host);
        await stage.host.users.update({ id }, { password });
        return email;
      };

      it.each(different)('tells apart: %s', async (_what, password, other) => {
        const email = await owner(password);
        const wrong = await door.prepare(stage.host, email, other);
        expect(await wrong.send()).toMatchObject({ status: 400, body: { code: door.code } });
        const right = await door.prepare(stage.host, email, password);
        expect((await right.send()).status).toBeLessThan(300);
      });

      it.each(same)('takes for one: %s', async (_what, password, other) => {
        const right = await door.prepare(stage.host, await owner(password), other);
        expect((await right.send()).status).toBeLessThan(300);
      });

      it.each(refused)('takes for a wrong one: %s', async (what, password) => {
        const email = await owner(newPassword());
        const { send } = await door.prepare(stage.host, email, password);
        hasher.reset();
        expect(await send()).toMatchObject({ status: 400, body: { code: door.code } });
        // What can never have been set is not worth a hash.
        const isHashable = /none|PW-01/.test(what);
        expect(hasher.calls).toBe(isHashable ? 1 : 0);
      });

      it('PW-05: refuses NUL', async () => {
        const { send } = await door.prepare(
          stage.host,
          await owner('abc def12345'),
          'abc\0zzz12345',
        );
        expect((await send()).status).toBe(422);
      });
    });

    const megabyte = A(1e6);
    const doors = [
      ...settingDoors.map(({ name, prepare }) => ({
        name,
        prepare: () => prepare(stage.host, megabyte),
      })),
      ...provingDoors.map(({ name, prepare }) => ({
        name,
        prepare: async () => prepare(stage.host, (await newcomer(stage.host)).email, megabyte),
      })),
    ];
    it.each(doors)(
      'PW-03: $name: refuses 1 MB, twenty at once, without a hash',
      async ({ prepare }) => {
        const requests = await Promise.all(Array.from({ length: 20 }, prepare));
        hasher.reset();
        const answers: Answer[] = await Promise.all(requests.map(({ send }) => send()));
        for (const { status } of answers) expect([400, 413]).toContain(status);
        expect(hasher.calls).toBe(0);
      },
    );

    it('a password never expires: one of twenty years ago logs in', async () => {
      const { host } = stage;
      const { id, email, password } = await newcomer(host);
      const then = new Date('2006-11-24T12:00:00Z');
      const users = host.dataSource.getRepository(host.entity);
      await users.update(id, { createdAt: then, updatedAt: then });
      expect((await login(stage, email, password)).status).toBe(200);
      expect(await host.row({ id })).toMatchObject({ updatedAt: then });
    });

    it('PW-08: a lone surrogate is refused alike for known and unknown addresses', async () => {
      const { email } = await newcomer(stage.host);
      const known = await login(stage, email, '\ud800aaaaaaaaa');
      const unknown = await login(stage, newEmail(), '\ud800aaaaaaaaa');
      expect(known.text).toBe(unknown.text);
    });
  },
  { options: { passwordHasher: hasher } },
);
