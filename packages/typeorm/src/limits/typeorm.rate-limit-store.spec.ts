import { ServiceUnavailableError } from '@nestjs-users/core';
import { Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from '../base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  servers,
  type TestDatabase,
} from '../databases.fixture.js';
import { TypeOrmUserAdapter } from '../typeorm.user-adapter.js';
import { TypeOrmRateLimitStore } from './typeorm.rate-limit-store.js';
import { UserRateLimitEntity } from './user-rate-limit.entity.js';

@Entity('counting_users')
class User extends BaseUserEntity {}

const MINUTE = { max: 1, perSeconds: 60 };

describe.each(databases)('TypeOrmRateLimitStore on %s', (name) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(name, [User, UserRateLimitEntity as never]);
  });
  afterAll(() => database.drop());
  const table = () => database.dataSource.getRepository(UserRateLimitEntity);

  it('RL-10: throws away what is past', async () => {
    await table().insert([
      { id: 'a'.repeat(64), times: '1', endsAt: 1 },
      { id: 'b'.repeat(64), times: '1', endsAt: Date.now() + 3_600_000 },
    ]);
    await new TypeOrmRateLimitStore(table()).take('x', MINUTE);
    const left = (await table().find()).map(({ id }) => id);
    expect(left).toHaveLength(2);
    expect(left).toContain('b'.repeat(64));
  });

  it('R-18: a time that is to come is one of a clock that was set back, and locks nobody', async () => {
    const store = new TypeOrmRateLimitStore(table());
    await store.take('back', MINUTE);
    const times = (Date.now() + 3_600_000).toString(36);
    await table().createQueryBuilder().update().set({ times }).execute();
    expect(await store.take('back', MINUTE)).toBe(0);
  });

  it('a text that nobody can read is as good as none', async () => {
    const store = new TypeOrmRateLimitStore(table());
    await store.take('strange', MINUTE);
    await table().createQueryBuilder().update().set({ times: '?,,%' }).execute();
    expect(await store.take('strange', MINUTE)).toBe(0);
  });

  it('RL-06: what was counted stays, whatever is rolled back around it', async () => {
    const store = new TypeOrmRateLimitStore(table());
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    let counted: number | undefined;
    const outcome = users.transaction(async ({ adapter }) => {
      await adapter.create(newUser());
      // On SQLite there is no second connection: whoever counts there has to do so elsewhere.
      counted = await store.take('rolled back', MINUTE).catch(() => undefined);
      throw new Error('no');
    });
    await expect(outcome).rejects.toThrow('no');
    expect(counted).toBe(servers.includes(name as never) ? 0 : undefined);
    const seconds = await store.take('rolled back', MINUTE);
    expect(seconds > 0).toBe(counted === 0);
    expect(await users.list({ limit: 9 })).toEqual([]);
  });
});

describe.each(servers)('TypeOrmRateLimitStore on %s with a pool of one', (name) => {
  it('R-05: does not wait in a transaction for the connection that the transaction has', async () => {
    const entities = [User, UserRateLimitEntity as never];
    const database = await createDatabase(name, entities, { poolSize: 1 });
    const store = new TypeOrmRateLimitStore(database.dataSource.getRepository(UserRateLimitEntity));
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const start = performance.now();
    const created = await users.bounded(() =>
      users.transaction(async ({ adapter }) => {
        await expect(store.take('x', MINUTE)).rejects.toThrow(ServiceUnavailableError);
        return adapter.create(newUser());
      }),
    );
    expect(performance.now() - start).toBeLessThan(1000);
    expect(await users.findById(created.id)).toEqual(created);
    expect(await store.take('x', MINUTE)).toBe(0);
    await database.drop();
  });

  it('is not made in a transaction: it would forget what is rolled back', async () => {
    const database = await createDatabase(name, [UserRateLimitEntity as never]);
    await database.dataSource.transaction(async (manager) => {
      const repository = manager.getRepository(UserRateLimitEntity);
      expect(() => new TypeOrmRateLimitStore(repository)).toThrow('dataSource.getRepository(…)');
    });
    await database.drop();
  });
});
