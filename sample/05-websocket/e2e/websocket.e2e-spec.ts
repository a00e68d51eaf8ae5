import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UsersService } from '@nestjs-users/core';
import { io, type Socket } from 'socket.io-client';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { AppModule } from '../src/app.module.js';

const password = 'correct horse battery';
let app: INestApplication;
let sockets: Socket[] = [];

beforeAll(async () => {
  vi.stubEnv('DATABASE_FILE', ':memory:');
  vi.stubEnv('RESET_PASSWORD_SECRET', randomBytes(48).toString('base64url'));
  vi.stubEnv('AUTH_SECRET', randomBytes(48).toString('base64url'));
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = testing.createNestApplication({ logger: ['error'] });
  await app.listen(0, '127.0.0.1');
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  sockets = [];
});

afterAll(async () => {
  await app.close();
  vi.unstubAllEnvs();
});

async function tokenOf(email: string): Promise<string> {
  await app.get(UsersService, { strict: false }).create({ email, password });
  const login = request(app.getHttpServer()).post('/users/login/session');
  return (await login.send({ email, password })).body.access_token;
}

function connect(token?: string): Socket {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const auth = token === undefined ? {} : { token };
  const socket = io(`http://127.0.0.1:${port}`, { auth, forceNew: true, reconnection: false });
  sockets.push(socket);
  return socket;
}

/** What the server says next of this kind. */
async function next(socket: Socket, event: string): Promise<unknown> {
  return (await once(socket as never, event))[0];
}

it('people who are logged in hear each other', async () => {
  const tokens = [await tokenOf('anna@example.com'), await tokenOf('ben@example.com')];
  const [anna, ben] = tokens.map((token) => connect(token)) as [Socket, Socket];
  await Promise.all([next(anna, 'connect'), next(ben, 'connect')]);
  const heard = next(ben, 'said');
  anna.emit('say', 'Hello');
  expect(await heard).toEqual({ by: 'anna@example.com', text: 'Hello' });
});

it('strangers do not get in', async () => {
  for (const token of [undefined, 'nonsense']) {
    const error = (await next(connect(token), 'connect_error')) as Error & { data: unknown };
    expect(error.data).toMatchObject({ statusCode: 401, code: 'UNAUTHORIZED' });
  }
});

it('not everybody may do everything', async () => {
  const carla = connect(await tokenOf('carla@example.com'));
  await next(carla, 'connect');
  const refusal = next(carla, 'exception');
  carla.emit('clear');
  expect(await refusal).toMatchObject({ statusCode: 403, code: 'FORBIDDEN' });
});

it('whoever logs out is out of the chat', async () => {
  const token = await tokenOf('dora@example.com');
  const dora = connect(token);
  await next(dora, 'connect');
  const gone = next(dora, 'disconnect');
  await request(app.getHttpServer())
    .post('/users/logout/session')
    .set('Authorization', `Bearer ${token}`)
    .expect(204);
  expect(await gone).toBe('io server disconnect');
});
