import { UsersService } from '@nestjs-users/core';
import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EMAIL, environment, PASSWORD } from '../environment.js';
import { type Ask, type AskName, get, post } from '../ready.js';
import type { User } from './user.js';

/** So many users all over the table are asked for in turn: one alone would always be in the cache. */
const SAMPLE = 200;

/** What is asked of tables that grow. */
export async function growthAsks(
  app: INestApplication,
  credentialsOf: (id: string, backend: string) => Promise<Record<string, string>>,
): Promise<Partial<Record<AskName, Ask>>> {
  const dataSource = app.get(DataSource);
  const users = app.get<UsersService<User>>(UsersService, { strict: false });
  const superuser = await users.create({ email: 'root@example.com', isSuperuser: true });
  const headers = await credentialsOf(superuser.id, 'token');
  const sample = await dataSource.query<{ id: string; email: string }[]>(
    'select id, email from users where email like $1 order by md5(id::text) limit $2',
    ['user%', SAMPLE],
  );
  await dataSource.query(
    `update users set "hashedPassword" = (select "hashedPassword" from users where email = $1)
     where id = any($2)`,
    [EMAIL, sample.map(({ id }) => id)],
  );
  const [deep] = await dataSource.query<{ id: string }[]>(
    'select id from users order by id offset $1 limit 1',
    [Math.floor(environment.users * 0.9)],
  );
  const cursor = Buffer.from(String(deep?.id)).toString('base64url');
  const me = async (backend: string) => {
    const tokens = await Promise.all(sample.map(({ id }) => credentialsOf(id, backend)));
    return inTurn(tokens.map((own) => get('/users/me', own)));
  };
  return {
    me: await me('token'),
    meStored: await me('stored'),
    login: inTurn(
      sample.map(({ email }) => post('/users/login/token', { email, password: PASSWORD }, 200)),
    ),
    byEmail: inTurn(sample.map(({ email }) => get(`/users?email=${email}`, headers))),
    firstPage: get('/users?limit=50', headers),
    deepPage: get(`/users?limit=50&cursor=${cursor}`, headers),
  };
}

function inTurn([first, ...others]: Ask[]): Ask {
  if (!first) throw new Error('There is nobody in the table.');
  return { ...first, others };
}
