import {
  AuthBackend,
  BcryptPasswordHasher,
  BearerTransport,
  JwtTokenStrategy,
  TooManyAttemptsError,
  UserAdapter,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from '../base-user.entity.js';
import { createDatabase, databases, newUser, type TestDatabase } from '../databases.fixture.js';
import { TypeOrmUserAdapter } from '../typeorm.user-adapter.js';
import { TypeOrmRateLimitStore } from './typeorm.rate-limit-store.js';
import { UserRateLimitEntity } from './user-rate-limit.entity.js';

@Entity('limited_users')
class User extends BaseUserEntity {}

const MAX = 5;
const secret = 'a secret of the tests that is long enough';

describe.each(databases)('limits in SQL inside of a transaction on %s', (name) => {
  let database: TestDatabase;
  let app: INestApplicationContext;
  let adapter: TypeOrmUserAdapter<User>;
  let users: UsersService<User>;
  beforeAll(async () => {
    database = await createDatabase(name, [User, UserRateLimitEntity as never]);
    const { dataSource } = database;
    adapter = new TypeOrmUserAdapter(dataSource.getRepository(User));
    class Users {}
    const store = {
      module: Users,
      providers: [{ provide: UserAdapter, useValue: adapter }],
      exports: [UserAdapter],
    };
    const jwt = { name: 'jwt', transport: new BearerTransport() };
    app = await NestFactory.createApplicationContext(
      UsersModule.forRoot<User>({
        imports: [store],
        backends: [new AuthBackend({ ...jwt, strategy: new JwtTokenStrategy({ secret }) })],
        resetPasswordTokenSecret: secret,
        passwordHasher: new BcryptPasswordHasher({ rounds: 4, allowInsecureRounds: true }),
        attemptLimits: { perAccount: { max: MAX, perSeconds: 600 } },
        rateLimitStore: new TypeOrmRateLimitStore(dataSource.getRepository(UserRateLimitEntity)),
      }),
      { logger: false },
    );
    users = app.get(UsersService);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('RL-06: work that is rolled back has tried the password all the same', async () => {
    const { email } = await adapter.create(newUser());
    const guess = (n: number): Promise<unknown> =>
      adapter.transaction(async () => {
        const user = await users.authenticate(email, `wrong guess ${n}`);
        if (!user) throw new Error('nobody');
      });
    const errors: unknown[] = [];
    for (let n = 0; n < MAX + 3; n++) await guess(n).catch((error: unknown) => errors.push(error));
    expect(errors).toHaveLength(MAX + 3);
    expect(errors.map((error) => error instanceof TooManyAttemptsError)).toEqual([
      ...Array(MAX).fill(false),
      ...Array(3).fill(true),
    ]);
  });
});
