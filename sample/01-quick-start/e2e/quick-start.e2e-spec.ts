import { randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UsersEventBus, UsersService } from '@nestjs-users/core';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { type Mail, Mailer } from '../src/mailer.js';
import { setUpSwagger } from '../src/swagger.js';

const PASSWORD = 'correct horse battery';
const SUPERUSER = { email: 'root@example.com', password: 'staple of the superuser' };

/** Sent by browsers. Without it, a cookie counts for nothing where something would change. */
const SAME_ORIGIN = ['Sec-Fetch-Site', 'same-origin'] as const;

let app: INestApplication;
const outbox: Mail[] = [];

beforeAll(async () => {
  vi.stubEnv('DATABASE_FILE', ':memory:');
  vi.stubEnv('AUTH_SECRET', randomBytes(48).toString('base64url'));
  vi.stubEnv('RESET_PASSWORD_SECRET', randomBytes(48).toString('base64url'));

  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Mailer)
    .useValue({ send: async (mail: Mail) => void outbox.push(mail) })
    .compile();
  app = testing.createNestApplication({ logger: ['error'] });
  setUpSwagger(app);
  await app.init();
});

afterAll(async () => {
  await app.close();
  vi.unstubAllEnvs();
});

/** Listeners run beside the requests: wait for those that have begun. */
async function mailsTo(address: string): Promise<Mail[]> {
  await app.get(UsersEventBus, { strict: false }).settled();
  return outbox.filter(({ to }) => to === address);
}

/** The token in the latest mail with one to this address. */
async function tokenTo(address: string): Promise<string | undefined> {
  const tokens = (await mailsTo(address)).map(({ text }) => text.split('#token=')[1]);
  return tokens.findLast((token) => token !== undefined);
}

function http(): ReturnType<typeof request> {
  return request(app.getHttpServer());
}

async function register(email: string): Promise<void> {
  await http()
    .post('/users/register')
    .send({ email, password: PASSWORD, firstName: 'Anna' })
    .expect(201);
}

async function bearer(email: string, password = PASSWORD): Promise<[string, string]> {
  const login = await http().post('/users/login/jwt').send({ username: email, password });
  expect(login.status).toBe(200);
  return ['Authorization', `Bearer ${login.body.access_token}`];
}

describe('a user of an app', () => {
  const email = 'Anna@example.com';

  it('registers with a field of the application, is welcomed, and verifies the address', async () => {
    const body = { email, password: PASSWORD, firstName: 'Anna', isSuperuser: true };
    const { body: user } = await http().post('/users/register').send(body).expect(201);

    expect(user).toEqual({
      id: expect.any(String),
      email,
      firstName: 'Anna',
      isActive: true,
      isSuperuser: false,
      isVerified: false,
    });
    const [welcome] = await mailsTo(email);
    expect(welcome).toMatchObject({ subject: 'Welcome', text: expect.stringContaining('Anna') });

    const token = await tokenTo(email);
    const verified = await http().post('/users/verify').send({ token }).expect(200);
    expect(verified.body.isVerified).toBe(true);
  });

  it('logs in and is known to the routes of the library and of the application', async () => {
    const token = await bearer(email);

    const me = await http()
      .get('/users/me')
      .set(...token);
    expect(me.body).toMatchObject({ email, firstName: 'Anna' });
    await http()
      .get('/')
      .set(...token)
      .expect({ hello: 'Anna' });
    await http().get('/').expect({ hello: 'stranger, see /docs' });
  });

  it('changes the name', async () => {
    const { body } = await http()
      .patch('/users/me')
      .set(...(await bearer(email)))
      .send({ firstName: 'Ann' })
      .expect(200);
    expect(body.firstName).toBe('Ann');
  });

  it('chooses a new password by the token in the mail, which ends the old token', async () => {
    const oldToken = await bearer(email);
    const password = 'a quite different one';

    await http().post('/users/forgot-password').send({ email }).expect(202);
    const token = await tokenTo(email);
    await http().post('/users/reset-password').send({ token, password }).expect(200);

    await http()
      .get('/users/me')
      .set(...oldToken)
      .expect(401);
    const old = await http().post('/users/login/jwt').send({ username: email, password: PASSWORD });
    expect([old.status, old.body.code]).toEqual([400, 'LOGIN_BAD_CREDENTIALS']);
    await bearer(email, password);

    const again = await http().post('/users/reset-password').send({ token, password });
    expect([again.status, again.body.code]).toEqual([400, 'RESET_PASSWORD_BAD_TOKEN']);
  });

  it('gets another address by the token mailed to it, and the old one is told', async () => {
    const newEmail = 'annie@example.com';
    const password = 'a quite different one';
    const owner = await bearer(email, password);

    const wish = { email: newEmail, currentPassword: password };
    const asked = await http()
      .patch('/users/me')
      .set(...owner)
      .send(wish)
      .expect(200);
    expect(asked.body.email).toBe(email);
    const token = await tokenTo(newEmail);
    const confirmed = await http().post('/users/confirm-email-change').send({ token }).expect(200);

    expect(confirmed.body).toMatchObject({ email: newEmail, isVerified: true });
    const subjects = (await mailsTo(email)).map(({ subject }) => subject);
    expect(subjects.slice(-2)).toEqual(['Not you? Keep this address', 'Your address was changed']);
  });

  it('takes their data along and leaves', async () => {
    const [currentPassword, newEmail] = ['a quite different one', 'annie@example.com'];
    const owner = await bearer(newEmail, currentPassword);

    const { body } = await http()
      .get('/users/me/export')
      .set(...owner)
      .expect(200);
    expect(body.user).toMatchObject({ email: newEmail, firstName: 'Ann' });
    await http()
      .delete('/users/me')
      .set(...owner)
      .send({ currentPassword })
      .expect(204);
    await http()
      .get('/users/me')
      .set(...owner)
      .expect(401);
  });

  it('gets no mail at an address that nobody has registered', async () => {
    await http().post('/users/forgot-password').send({ email: 'bert@example.com' }).expect(202);
    expect(await mailsTo('bert@example.com')).toEqual([]);
  });
});

describe('a user of a browser', () => {
  const email = 'carla@example.com';

  it('logs in by a cookie, is known by it, and logs out', async () => {
    await register(email);
    const login = await http()
      .post('/users/login/cookie')
      .set(...SAME_ORIGIN)
      .send({ email, password: PASSWORD })
      .expect(204);

    const [setCookie] = login.get('Set-Cookie') ?? [];
    expect(setCookie).toMatch(/^__Host-users-cookie=.+; HttpOnly; Secure; SameSite=Lax/);
    const cookie = setCookie?.split(';')[0] ?? '';

    const me = await http().get('/users/me').set('Cookie', cookie).expect(200);
    expect(me.body.email).toBe(email);

    const forged = await http().post('/users/logout/cookie').set('Cookie', cookie);
    expect([forged.status, forged.body.code]).toEqual([403, 'CSRF_REJECTED']);
    const logout = await http()
      .post('/users/logout/cookie')
      .set('Cookie', cookie)
      .set(...SAME_ORIGIN);
    expect(logout.status).toBe(202);
    expect(logout.get('Set-Cookie')?.[0]).toMatch(/^__Host-users-cookie=; Max-Age=0/);
  });
});

describe('a superuser', () => {
  it('may list users; others may not', async () => {
    // As `npx nestjs-users create-superuser` does.
    const users = app.get(UsersService, { strict: false });
    await users.create({ ...SUPERUSER, isSuperuser: true, isVerified: true });
    await register('dora@example.com');

    const { body } = await http()
      .get('/users?isSuperuser=true')
      .set(...(await bearer(SUPERUSER.email, SUPERUSER.password)))
      .expect(200);
    expect(body.items).toMatchObject([{ email: SUPERUSER.email, isVerified: true }]);

    await http()
      .get('/users')
      .set(...(await bearer('dora@example.com')))
      .expect(403);
    const stranger = await http().get('/users').expect(401);
    expect(stranger.get('WWW-Authenticate')).toBe('Bearer, Cookie');
  });
});

it('has routes, models and backends in its OpenAPI document', async () => {
  const { body } = await http().get('/docs-json').expect(200);
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/', '/users/register', '/users/login/{backend}', '/users/me']),
  );
  expect(Object.keys(body.components.securitySchemes)).toEqual(['jwt', 'cookie']);
  expect(body.components.schemas.CreateUser.properties).toHaveProperty('firstName');
});
