import {
  MemoryRateLimitStore,
  RateLimitStore,
  TooManyAttemptsError,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { UserRateLimitEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { newEmail } from '../harness/leaks.js';

const perAccount = { max: 2, perSeconds: 600 };

/** As the documentation writes it. */
const countingIn = (store: NonNullable<DynamicModule['imports']>[number]): DynamicModule =>
  UsersModule.forRootAsync({
    adapter: MemoryUserAdapter,
    imports: [store],
    inject: [RateLimitStore],
    useFactory: (rateLimitStore: RateLimitStore) => ({
      ...goodOptions({ attemptLimits: { perAccount } }),
      rateLimitStore,
    }),
  });

const own = new MemoryRateLimitStore();

@Module({ providers: [{ provide: RateLimitStore, useValue: own }], exports: [RateLimitStore] })
class LimitsModule {}

async function tryThrice(users: UsersService): Promise<unknown[]> {
  const email = newEmail();
  const seen: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    seen.push(await users.authenticate(email, 'wrong horse').catch((error: unknown) => error));
  }
  return seen;
}

describe('RL-06: a store of limits that the options inject', () => {
  it('is the application’s own', async () => {
    const app = await boot({ imports: [countingIn(LimitsModule)] });
    const seen = await tryThrice(app.get(UsersService));
    expect(seen).toEqual([null, null, expect.any(TooManyAttemptsError)]);
    await app.close();
  });

  it('is the table of UsersTypeOrmModule.forRateLimits()', async () => {
    const database = TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [UserRateLimitEntity],
      synchronize: true,
    });
    const app = await boot({
      imports: [database, countingIn(UsersTypeOrmModule.forRateLimits())],
    });
    const seen = await tryThrice(app.get(UsersService));
    expect(seen).toEqual([null, null, expect.any(TooManyAttemptsError)]);
    const rows = app.get<DataSource>(getDataSourceToken()).getRepository(UserRateLimitEntity);
    expect(await rows.count()).toBe(1);
    await app.close();
  });
});
