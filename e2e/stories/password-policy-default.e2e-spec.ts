import { DefaultPasswordPolicy } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';

import { newEmail } from '../harness/leaks.js';
import { type Choice, settingDoors } from '../harness/password-doors.js';
import { everyPlatform, tell } from '../harness/tell.js';

// One application of each kind is enough: the others differ in what passwords have no part in.
const setups = everyPlatform.filter(
  ({ platform, flavour }) => (platform === 'express') === (flavour === 'bare'),
);

const localPartOf = (email: string): string => email.split('@')[0] ?? '';

const refused: readonly [what: string, password: Choice, reason: RegExp][] = [
  ['PW-01: one too short', 'a hörse', /at least 8 characters/],
  ['PW-09: a common one', 'password1', /guessed first/],
  ['PW-09: a row of keys', 'qwertyuiop', /guessed first/],
  ['PW-09: a run of digits', '12345678', /guessed first/],
  ['PW-09: a common one in capitals', 'PassWord1', /guessed first/],
  ['PW-09: a common one in wide letters', 'ｐａｓｓｗｏｒｄ１', /guessed first/],
  ['PW-09: a run backwards', '0987654321', /guessed first/],
  ['PW-09: one letter again and again', 'aaaaaaaaaa', /guessed first/],
  ['PW-11: the address', (email) => email, /contains the e-mail address/],
  ['PW-11: the local part', (email) => `my ${localPartOf(email)} horse`, /a part of it/],
  ['PW-11: in capitals', (email) => `my ${localPartOf(email).toUpperCase()} horse`, /a part/],
];

const accepted: readonly [what: string, password: Choice][] = [
  ['PW-01: 8 characters', 'a1 hörse'],
  ['PW-02: 64 characters', `${'A'.repeat(63)}b`],
  ['PW-06: one kind of letters', 'correcthorsebatterys'],
  ['PW-09: what a common one is a part of', 'the password1 of a horse'],
  ['PW-11: everyday words of the domain', 'an example of a horse'],
];

tell('The default policy', setups, (stage) => {
  describe.each(settingDoors)('$name', (door) => {
    it.each(refused)('refuses %s', async (_what, password, reason) => {
      const { host } = stage;
      const { email, send } = await door.prepare(host, password);
      const before = await host.row({ canonicalEmail: email });
      host.hasher.reset();
      const answer = await send();
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: door.code,
        reason: expect.stringMatching(reason),
      });
      // A sentence for people, that does not repeat what it is about.
      const chosen = typeof password === 'string' ? password : password(email);
      expect(answer.body).toMatchObject({ reason: expect.stringMatching(/^[A-Z].+\.$/) });
      expect(answer.text).not.toContain(chosen);
      expect(host.hasher.hashes).toBe(0);
      expect(await host.row({ canonicalEmail: email })).toEqual(before);
    });

    it.each(accepted)('accepts %s', async (_what, password) => {
      const { send } = await door.prepare(stage.host, password);
      expect((await send()).status).toBe(door.status);
    });
  });

  it('PW-11: refuses the address that is set in the same step', async () => {
    const { host } = stage;
    const user = await host.users.create({ email: newEmail('berta') });
    const change = { email: 'carla.miller@example.org', password: 'carlamiller 1990' };
    await expect(host.users.update(user, change)).rejects.toMatchObject({
      code: 'UPDATE_USER_INVALID_PASSWORD',
    });
  });
});

tell(
  'The default policy with options',
  setups,
  (stage) => {
    const register = (password: string) =>
      stage.host.send({
        method: 'POST',
        path: '/users/register',
        body: { email: newEmail(), password },
      });

    it.each([
      ['PW-01: below the minimum', 'eleven char', /at least 12 characters/],
      ['PW-11: with the name of the product', 'an ACME-rockets horse', /everybody here knows/],
      ['PW-11: with another name', 'the horse of springfield', /everybody here knows/],
    ])('refuses %s', async (_what, password, reason) => {
      expect((await register(password)).body).toMatchObject({
        code: 'REGISTER_INVALID_PASSWORD',
        reason: expect.stringMatching(reason),
      });
    });

    it('accepts what has nothing to do with it', async () => {
      expect((await register('twelve horses')).status).toBe(201);
    });
  },
  {
    options: {
      passwordPolicy: new DefaultPasswordPolicy({
        minLength: 12,
        contextWords: ['Acme Rockets', 'Springfield'],
      }),
    },
  },
);
