import { UsersModule } from '@nestjs-users/core';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { usersTestingOptions } from './users-testing-options.js';

async function start() {
  const module = await Test.createTestingModule({
    imports: [UsersModule.forRoot(usersTestingOptions())],
  }).compile();
  const app = await module.createNestApplication().init();
  return { app, server: () => request(app.getHttpServer() as never) };
}

describe('usersTestingOptions', () => {
  it('makes an application in which one can register, log in and be known', async () => {
    const { app, server } = await start();
    const anna = { email: 'anna@example.org', password: 'correct horse battery' };
    await server().post('/users/register').send(anna).expect(201);
    const login = await server().post('/users/login/jwt').send(anna).expect(200);
    const { access_token: token } = login.body as { access_token: string };
    const me = await server().get('/users/me').auth(token, { type: 'bearer' }).expect(200);
    expect(me.body).toMatchObject({ email: anna.email });
    await app.close();
  });

  it('shares neither users nor secrets between two applications', async () => {
    const [one, other] = [await start(), await start()];
    const anna = { email: 'anna@example.org', password: 'correct horse battery' };
    await one.server().post('/users/register').send(anna).expect(201);
    await other.server().post('/users/register').send(anna).expect(201);
    const login = await one.server().post('/users/login/jwt').send(anna).expect(200);
    const { access_token: token } = login.body as { access_token: string };
    await other.server().get('/users/me').auth(token, { type: 'bearer' }).expect(401);
    await Promise.all([one.app.close(), other.app.close()]);
  });
});
