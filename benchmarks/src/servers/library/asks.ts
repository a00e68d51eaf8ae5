import { AuthService, UserAdapter, UsersService } from '@nestjs-users/core';
import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EMAIL, environment, PASSWORD } from '../environment.js';
import { type Ask, type AskName, bearer, get, post } from '../ready.js';
import { generate, insertCrowd } from './fill.js';
import { growthAsks } from './growth-asks.js';
import type { User } from './user.js';

/** Fills the tables, and says what can be asked. */
export async function seed(app: INestApplication): Promise<Partial<Record<AskName, Ask>>> {
  const users = app.get<UsersService<User>>(UsersService, { strict: false });
  const isLarge = process.env['GENERATE'] !== undefined;
  if (isLarge) await generate(app.get(DataSource), environment.users);
  else await insertCrowd(app.get(DataSource));
  const user = await users.create({ email: EMAIL, password: PASSWORD });
  return {
    me: get('/users/me', await credentials(app, user)),
    login: post('/users/login/token', { email: EMAIL, password: PASSWORD }, 200),
    register: post('/users/register', { email: '{n}@example.com', password: PASSWORD }, 201),
    ...(isLarge && (await growthAsks(app, (id, backend) => credentialsOf(app, id, backend)))),
  };
}

async function credentials(
  app: INestApplication,
  user: User,
  backend = 'token',
): Promise<Record<string, string>> {
  const auth = app.get(AuthService, { strict: false });
  const { body } = await auth.issue({ ...user }, backend);
  return bearer(body?.['access_token']);
}

async function credentialsOf(
  app: INestApplication,
  id: string,
  backend: string,
): Promise<Record<string, string>> {
  const adapter = app.get<UserAdapter<User>>(UserAdapter, { strict: false });
  const user = await adapter.findById(id);
  if (!user) throw new Error(`Nobody has the id ${id}.`);
  return credentials(app, user, backend);
}
