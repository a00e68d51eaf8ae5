import { randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UsersService } from '@nestjs-users/core';
import request from 'supertest';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AppModule } from '../src/app.module.js';

const password = 'correct horse battery';
let app: INestApplication;

beforeAll(async () => {
  vi.stubEnv('DATABASE_FILE', ':memory:');
  vi.stubEnv('AUTH_SECRET', randomBytes(48).toString('base64url'));
  vi.stubEnv('RESET_PASSWORD_SECRET', randomBytes(48).toString('base64url'));
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = testing.createNestApplication({ logger: ['error'] });
  await app.init();
});

afterAll(async () => {
  await app.close();
  vi.unstubAllEnvs();
});

async function tokenOf(email: string, rights = {}): Promise<string> {
  await app.get(UsersService, { strict: false }).create({ email, password, ...rights });
  const login = await request(app.getHttpServer())
    .post('/users/login/jwt')
    .send({ email, password });
  return login.body.access_token;
}

async function ask(query: string, token?: string) {
  const post = request(app.getHttpServer()).post('/graphql').send({ query });
  if (token) post.set('Authorization', `Bearer ${token}`);
  return (await post).body;
}

it('keeps the notes of each user apart', async () => {
  const [anna, ben] = [await tokenOf('anna@example.com'), await tokenOf('ben@example.com')];
  const { data } = await ask('mutation { addNote(text: "Feed the cat") { text } }', anna);
  expect(data).toEqual({ addNote: { text: 'Feed the cat' } });
  expect((await ask('{ me { email } myNotes { text } noteCount }', anna)).data).toEqual({
    me: { email: 'anna@example.com' },
    myNotes: [{ text: 'Feed the cat' }],
    noteCount: 1,
  });
  expect((await ask('{ myNotes { text } }', ben)).data).toEqual({ myNotes: [] });
});

it('tells strangers what they may not see, and the rest', async () => {
  expect((await ask('{ noteCount }')).data).toEqual({ noteCount: 0 });
  const { errors } = await ask('{ myNotes { text } }');
  expect(errors[0].extensions.code).toBe('UNAUTHENTICATED');
  expect(errors[0].extensions.originalError.code).toBe('UNAUTHORIZED');
});

it('shows all users to superusers alone', async () => {
  const query = '{ allUsers { email } }';
  const refused = await ask(query, await tokenOf('carla@example.com'));
  expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
  const root = await tokenOf('root@example.com', { isSuperuser: true });
  expect((await ask(query, root)).data.allUsers).toContainEqual({ email: 'root@example.com' });
});
