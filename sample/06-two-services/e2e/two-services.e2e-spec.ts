import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UsersService } from '@nestjs-users/core';
import request from 'supertest';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AccountsModule } from '../src/accounts/accounts.module.js';
import { OrdersModule } from '../src/orders/orders.module.js';

const password = 'correct horse battery';
let accounts: INestApplication;
let orders: INestApplication;

async function start(module: Type): Promise<INestApplication> {
  const testing = await Test.createTestingModule({ imports: [module] }).compile();
  const app = testing.createNestApplication({ logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return app;
}

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  vi.stubEnv('AUTH_KEY', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  vi.stubEnv('DATABASE_FILE', ':memory:');
  accounts = await start(AccountsModule);
  const { port } = accounts.getHttpServer().address() as AddressInfo;
  vi.stubEnv('ACCOUNTS_URL', `http://127.0.0.1:${port}`);
  orders = await start(OrdersModule);
});

afterAll(async () => {
  await orders.close();
  vi.unstubAllEnvs();
});

async function bearer(email: string): Promise<[string, string]> {
  await accounts.get(UsersService, { strict: false }).create({ email, password });
  const login = request(accounts.getHttpServer()).post('/users/login/jwt');
  const { body } = await login.send({ email, password });
  return ['Authorization', `Bearer ${body.access_token}`];
}

const list = (header: [string, string]) =>
  request(orders.getHttpServer())
    .get('/orders')
    .set(...header);
const order = (header: [string, string]) =>
  request(orders.getHttpServer())
    .post('/orders')
    .set(...header);

it('a user of the one orders at the other', async () => {
  const anna = await bearer('anna@example.com');
  const made = await order(anna).expect(201);
  expect(made.body).toEqual({ number: 1, confirmationTo: 'anna@example.com' });
  await list(anna).expect(200, [made.body]);
  await list(await bearer('ben@example.com')).expect(200, []);
});

it('strangers hear what they hear everywhere', async () => {
  const { body } = await request(orders.getHttpServer()).get('/orders').expect(401);
  expect(body.code).toBe('UNAUTHORIZED');
  await list(['Authorization', 'Bearer nonsense']).expect(401);
});

it('whoever is locked out cannot order, and sees the list until the token expires', async () => {
  const carla = await bearer('carla@example.com');
  const users = accounts.get(UsersService, { strict: false });
  const { items } = await users.list({ search: 'carla' });
  await users.update(items[0]!, { isActive: false });
  await order(carla).expect(401);
  await list(carla).expect(200);
});

it('goes on without the service that has the users, as far as it can', async () => {
  const dora = await bearer('dora@example.com');
  await list(dora).expect(200);
  await accounts.close();
  await list(dora).expect(200);
  await order(dora).expect(503);
});
