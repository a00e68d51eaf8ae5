import { UserRegisteredEvent } from '@nestjs-users/core';
import { ValidationPipe } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends, Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';

const register = (body: unknown) => ({ method: 'POST', path: '/users/register', body });

tell('Registration', everySetup, (stage) => {
  it('RG-15: there is nobody at first, and whoever registers first is an ordinary user', async () => {
    expect(await stage.host.users.list()).toEqual({ items: [], nextCursor: null });
    const email = newEmail();
    const answer = await stage.host.send(register({ email, password: newPassword() }));
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.cookies).toEqual([]);
    expect(answer.body).toStrictEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email,
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      firstName: null,
    });
  });

  it('keeps the spelling given and the fields of the application', async () => {
    const email = newEmail('Anna').replace('example', 'Example');
    const body = { email, password: newPassword(), firstName: 'Änna 🐎' };
    const answer = await stage.host.send(register(body));
    expect(answer.body).toMatchObject({ email, firstName: 'Änna 🐎' });
    const row = await stage.host.row({ id: answer.body.id });
    expect(row).toMatchObject({ email, canonicalEmail: email.toLowerCase(), firstName: 'Änna 🐎' });
  });

  it('tells the listeners: the stored user without secrets, and the request', async () => {
    const email = newEmail();
    const answer = await stage.host.send(register({ email, password: newPassword() }));
    const events = await stage.host.events.of(UserRegisteredEvent);
    const event = events.find(({ user }) => user.email === email);
    expect(event?.user).toMatchObject({ id: answer.body.id, isActive: true, isSuperuser: false });
    expect(event?.user.hashedPassword).toBeUndefined();
    expect(event?.user.securityStamp).toBeUndefined();
    expect(event?.request?.url).toBe('/users/register');
    expect(Object.keys(event ?? {}).toSorted()).toEqual(['occurredAt', 'user']);
  });

  it('tells them without a request when code creates the user', async () => {
    const email = newEmail();
    await stage.host.users.create({ email });
    const events = await stage.host.events.of(UserRegisteredEvent);
    const event = events.find(({ user }) => user.email === email);
    expect(event).toBeDefined();
    expect(event?.request).toBeUndefined();
  });

  it.each(backends)('lets the new user log in at once (%s)', async (backend) => {
    const [email, password] = [newEmail(), newPassword()];
    const { body } = await stage.host.send(register({ email, password }));
    const anna = new Persona(stage.host, body.id, email, password, backend);
    await anna.login();
    expect((await anna.me()).body).toEqual(body);
  });

  it('refuses an address that is taken, in whatever spelling, and tells nobody', async () => {
    const email = newEmail();
    await stage.host.send(register({ email, password: newPassword() }));
    const before = (await stage.host.events.of(UserRegisteredEvent)).length;
    for (const spelling of [email, email.toUpperCase(), email.replace('@e', '@E')]) {
      const answer = await stage.host.send(register({ email: spelling, password: newPassword() }));
      expectError(answer, 400, 'REGISTER_USER_ALREADY_EXISTS');
    }
    expect(await stage.host.events.of(UserRegisteredEvent)).toHaveLength(before);
  });

  it.each(['', 'short-1', 'x'.repeat(129)])(
    'leaves the password to the policy, with a reason: %j',
    async (password) => {
      const email = newEmail();
      const answer = await stage.host.send(register({ email, password }));
      const reason = expect.stringMatching(/^The password .*\.$/) as unknown;
      expectError(answer, 400, 'REGISTER_INVALID_PASSWORD', { reason });
      expect(await stage.host.row({ canonicalEmail: email })).toBeNull();
    },
  );

  it.each([
    { body: {}, fields: ['email', 'password'] },
    { body: { email: newEmail() }, fields: ['password'] },
    { body: { email: 'anna', password: newPassword() }, fields: ['email'] },
    { body: { email: newEmail(), password: null }, fields: ['password'] },
    { body: { email: newEmail(), password: 12345678 }, fields: ['password'] },
    {
      body: { email: null, password: newPassword(), firstName: null },
      fields: ['email', 'firstName'],
    },
    { body: { email: newEmail(), password: newPassword(), firstName: 5 }, fields: ['firstName'] },
  ])('refuses a body that the model refuses: $fields', async ({ body, fields }) => {
    const hashed = stage.host.hasher.calls;
    expectInvalid(await stage.host.send(register(body)), ...fields);
    expect(stage.host.hasher.calls).toBe(hashed);
  });

  it('RG-09 RG-11: drops what no client may set, without an error', async () => {
    const email = newEmail();
    const id = '11111111-1111-4111-8111-111111111111';
    const past = '2001-01-01T00:00:00.000Z';
    const answer = await stage.host.send(
      register({
        email,
        password: newPassword(),
        ...{ id, isSuperuser: true, isVerified: true, isActive: false, roles: ['admin'] },
        ...{ canonicalEmail: 'other@example.org', hashedPassword: 'x', securityStamp: 'x' },
        ...{ createdAt: past, updatedAt: past, tokenVersion: 7, role: 'admin', balance: 1e6 },
      }),
    );
    expect(answer.status).toBe(201);
    const row = await stage.host.row({ canonicalEmail: email });
    expect(row).toMatchObject({
      ...{ email, canonicalEmail: email, role: 'member', balance: 0 },
      ...{ isActive: true, isSuperuser: false, isVerified: false },
    });
    expect(row?.id).not.toBe(id);
    expect(new Date(row?.createdAt ?? 0).getFullYear()).toBeGreaterThan(2001);
    expect(new Date(row?.updatedAt ?? 0).getFullYear()).toBeGreaterThan(2001);
    expect(await stage.host.row({ canonicalEmail: 'other@example.org' })).toBeNull();
  });
});

tell(
  'Registration where the application forbids unknown fields',
  everyPlatform,
  (stage) => {
    it.each([true, false, 'yes', null, { a: 1 }])(
      'RG-09: privileges are dropped before any pipe sees them: %j',
      async (value) => {
        const email = newEmail();
        const privileges = { isSuperuser: value, isVerified: value, isActive: value, id: value };
        const body = { email, password: newPassword(), ...privileges, role: value };
        expect((await stage.host.send(register(body))).status).toBe(201);
        const row = await stage.host.row({ canonicalEmail: email });
        expect(row).toMatchObject({ isActive: true, isSuperuser: false, isVerified: false });
        expect(row?.role).toBe('member');
      },
    );
  },
  {
    configure: (app) => {
      app.useGlobalPipes(
        new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
      );
    },
  },
);

describe('Registration switched off', () => {
  tell(
    'Registration',
    everyPlatform,
    (stage) => {
      it('is absent: 404, and nobody is stored', async () => {
        const email = newEmail();
        const answer = await stage.host.send(register({ email, password: newPassword() }));
        expect(answer.status).toBe(404);
        expect(await stage.host.row({ canonicalEmail: email })).toBeNull();
      });
    },
    { extras: { routes: { register: false } } },
  );
});
