import { UserForgotPasswordEvent } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** What is no plain address, as far as JSON can carry it. */
const REFUSED = [
  ['RG-03', 'full-width at sign', 'anna\uFF20x.org'],
  ['RG-03', 'KELVIN SIGN', '\u212Aelly@x.org'],
  ['RG-05', 'display name', 'Anna <anna@x.org>'],
  ['RG-05', 'two addresses', 'anna@x.org,victim@x.org'],
  ['RG-05', 'quoted local part', '"a,b@evil.com"@x.org'],
  ['RG-05', 'what a URL would decode', 'anna@exa%6dple.org'],
  ['RG-05', 'what a URL would cut', 'anna@x.org#evil.com'],
  ['RG-06', 'header injection', '"a\r\nBcc: v@x.org"@e.org'],
  ['RG-06', 'zero-width space', 'a\u200b@e.org'],
  ['RG-07', 'NUL', 'a\u0000@x.org'],
  ['RG-08', '255 characters', `${'a'.repeat(64)}@${'b.'.repeat(93)}orgs`],
  ['RG-08', '65 characters before the at sign', `${'a'.repeat(65)}@x.org`],
  ['RG-08', '10 kB', `${'a'.repeat(10_000)}@x.org`],
] as const;

tell('Addresses', everySetup, (stage) => {
  const register = (email: unknown) =>
    stage.host.send({
      method: 'POST',
      path: '/users/register',
      body: { email, password: newPassword() },
    });

  it.each(REFUSED)('%s: %s is refused wherever an address is taken', async (_id, _what, email) => {
    const anna = await newcomer(stage.host);
    const events = await stage.host.events.during(async () => {
      const answers = [
        await register(email),
        await stage.host.send({ method: 'POST', path: '/users/forgot-password', body: { email } }),
        await anna.send({
          method: 'PATCH',
          path: '/users/me',
          body: { email, currentPassword: anna.password },
        }),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
      }
    });
    expect(events).toEqual([]);
  });

  it('RG-03: one domain in two spellings is one account', async () => {
    const name = newEmail('idn').split('@')[0];
    expect((await register(`${name}@BÜCHER.example`)).status).toBe(201);
    expect(await register(`${name}@xn--bcher-kva.example`)).toMatchObject({
      status: 400,
      body: { code: 'REGISTER_USER_ALREADY_EXISTS' },
    });
  });

  it('RG-04: an accent, a space and a wildcard lead to nobody else', async () => {
    const jose = newEmail('jose');
    const password = newPassword();
    await stage.host.users.create({ email: jose, password });
    const others = [
      jose.replace('jose', 'josé'),
      jose.replace('jose', 'jos_'),
      jose.replace('jose', 'jos%'),
    ];
    for (const other of others) {
      const login = await stage.host.send({
        method: 'POST',
        path: '/users/login/jwt',
        body: { username: other, password },
      });
      expect(login.status).toBe(400);
      const events = await stage.host.events.during(() =>
        stage.host.send({ method: 'POST', path: '/users/forgot-password', body: { email: other } }),
      );
      expect(events.filter((event) => event instanceof UserForgotPasswordEvent)).toEqual([]);
      expect((await register(other)).status).toBe(201);
    }
    const upper = await stage.host.send({
      method: 'POST',
      path: '/users/login/jwt',
      body: { username: jose.toUpperCase(), password },
    });
    expect(upper.status).toBe(200);
  });

  it('RG-16: a tag makes another account', async () => {
    const email = newEmail('tag');
    expect((await register(email)).status).toBe(201);
    expect((await register(email.replace('@', '+news@'))).status).toBe(201);
  });
});
