import { randomBytes } from 'node:crypto';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { UsersEventBus, UsersService } from '@nestjs-users/core';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Account } from '../src/accounts/account.entity.js';
import { AppModule } from '../src/app.module.js';
import { Mailer } from '../src/mailer.js';
import { type Database, databases } from './databases.js';

const PASSWORD = 'correct horse battery staple';
const SUPERUSER = 'root@example.com';

describe.each(Object.entries(databases))('on %s', (_name, createDatabase) => {
  let database: Database;
  let app: NestFastifyApplication;
  const outbox: { to: string; subject: string; text: string }[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    const secrets = {
      AUTH_SECRET: randomBytes(48).toString('base64url'),
      RESET_PASSWORD_SECRET: randomBytes(48).toString('base64url'),
    };
    for (const [name, value] of Object.entries({ ...database.environment, ...secrets })) {
      vi.stubEnv(name, value);
    }
    const testing = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Mailer)
      .useValue({
        send: async (to: string, subject: string, text: string) =>
          void outbox.push({ to, subject, text }),
      })
      .compile();
    app = testing.createNestApplication(new FastifyAdapter(), { logger: ['error'] });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();

    await app.get<UsersService<Account>>(UsersService, { strict: false }).create({
      email: SUPERUSER,
      password: PASSWORD,
      displayName: 'Root',
      isSuperuser: true,
      isVerified: true,
    });
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
    vi.unstubAllEnvs();
  });

  function http(): ReturnType<typeof request> {
    return request(app.getHttpServer());
  }

  /** Listeners run beside the requests: wait for those that have begun. */
  async function mailsTo(address: string): Promise<typeof outbox> {
    await app.get(UsersEventBus, { strict: false }).settled();
    return outbox.filter(({ to }) => to === address);
  }

  async function register(email: string, more: object = {}): Promise<number> {
    const body = { email, password: PASSWORD, displayName: 'Anna', ...more };
    const answer = await http().post('/accounts/register').send(body).expect(201);
    return answer.body.id;
  }

  async function bearer(email: string, password = PASSWORD): Promise<Record<string, string>> {
    const login = await http().post('/accounts/login/jwt').send({ email, password });
    expect(login.status).toBe(200);
    return { Authorization: `Bearer ${login.body.access_token}` };
  }

  async function verify(id: number): Promise<void> {
    const superuser = await bearer(SUPERUSER);
    await http()
      .patch(`/accounts/${id}`)
      .set(superuser)
      .send({ isVerified: true })
      .expect(200, /"isVerified":true/);
  }

  it('registers accounts with integer ids and columns of their own', async () => {
    const email = 'anna@example.com';
    const body = { email, password: PASSWORD, displayName: '  Anna ', newsletter: true };
    const { body: account } = await http().post('/accounts/register').send(body).expect(201);
    expect(account).toEqual({
      id: expect.any(Number),
      email,
      displayName: 'Anna',
      newsletter: true,
      isActive: true,
      isSuperuser: false,
      isVerified: false,
    });
    expect(await mailsTo(email)).toMatchObject([{ subject: 'Welcome, Anna' }]);
    await http().post('/users/register').send(body).expect(404);
  });

  it('refuses what the model, the policy and the listener refuse', async () => {
    const refusals: [object, number, object][] = [
      [{ displayName: undefined }, 422, { errors: [{ field: 'displayName' }] }],
      [{ newsletter: null }, 422, { errors: [{ field: 'newsletter' }] }],
      [{ password: 'elevenchars' }, 400, { code: 'REGISTER_INVALID_PASSWORD' }],
      [{ email: 'bert@Mailinator.com' }, 403, { message: /^Use an address/ }],
    ];
    for (const [change, status, body] of refusals) {
      const answer = await http()
        .post('/accounts/register')
        .send({ email: 'bert@example.com', password: PASSWORD, displayName: 'Bert', ...change });
      expect([answer.status, answer.body]).toMatchObject([status, body]);
    }
    expect(await mailsTo('bert@example.com')).toEqual([]);
  });

  it('shows cats to verified accounts only', async () => {
    const email = 'carla@example.com';
    const id = await register(email);
    const carla = await bearer(email);

    await http().get('/cats').expect(401);
    await http().get('/cats').set(carla).expect(403);
    await verify(id);
    await http().post('/cats').set(carla).send({ name: '' }).expect(400);
    await http().post('/cats').set(carla).send({ name: 'Tom' }).expect(201);
    const cats = await http().get('/cats').set(carla).expect(200);
    expect(cats.body).toMatchObject([{ name: 'Tom', ownerId: id }]);

    await http()
      .delete(`/accounts/${id}`)
      .set(await bearer(SUPERUSER))
      .expect(204);
    await http().get('/cats').set(carla).expect(401);
  });

  it('takes an API key in place of a token, and knows by which of them one came', async () => {
    const email = 'dora@example.com';
    const id = await register(email);
    await verify(id);
    const dora = await bearer(email);

    const made = await http().post('/accounts/me/api-key').set(dora).expect(201);
    const key = { 'X-Api-Key': made.body.apiKey };
    await http().get('/cats').set(key).expect(200, []);
    await http()
      .get('/accounts/me')
      .set(key)
      .expect(200)
      .expect(({ text }) => expect(text).not.toMatch(/apiKey/i));

    await http().post('/accounts/me/api-key').set(key).expect(401);
    await http().get('/cats').set({ 'X-Api-Key': 'guessed' }).expect(401);

    await http().delete('/accounts/me/api-key').set(dora).expect(204);
    await http().get('/cats').set(key).expect(401);
  });

  it('resets a password by the token in the mail, and tells the owner', async () => {
    const email = 'emil@example.com';
    await register(email);
    const old = await bearer(email);
    const password = 'another long password';

    await http().post('/accounts/forgot-password').send({ email }).expect(202);
    const token = (await mailsTo(email)).at(-1)?.text.split('#token=')[1];
    const weak = await http().post('/accounts/reset-password').send({ token, password: 'short' });
    expect(weak.body.code).toBe('RESET_PASSWORD_INVALID_PASSWORD');
    await http().post('/accounts/reset-password').send({ token, password }).expect(200);

    await http().get('/accounts/me').set(old).expect(401);
    await bearer(email, password);
    const mails = await mailsTo(email);
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Welcome, Anna',
      'Choose a new password',
      'Your password was changed',
    ]);
  });

  it('writes down what happened, and shows it to superusers only', async () => {
    const email = 'fritz@example.com';
    const accountId = await register(email);
    const fritz = await bearer(email);
    await http().patch('/accounts/me').set(fritz).send({ displayName: 'Fritzi' }).expect(200);
    await mailsTo(email);

    await http().get('/audit').set(fritz).expect(403);
    const audit = await http()
      .get('/audit')
      .set(await bearer(SUPERUSER))
      .expect(200);
    const events = audit.body.filter((entry: { accountId: number }) => {
      return entry.accountId === accountId;
    });
    expect(events.map(({ event }: { event: string }) => event).reverse()).toEqual([
      'UserRegisteredEvent',
      'UserLoggedInEvent',
      'UserUpdatedEvent',
    ]);
  });
});
