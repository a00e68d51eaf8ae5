import { describeTokenStore, describeUserAdapter } from '@nestjs-users/testing';
import { TypeOrmTokenStore, TypeOrmUserAdapter, UserSessionEntity } from '@nestjs-users/typeorm';
import { DataSource, type DataSourceOptions, type EntityTarget } from 'typeorm';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createDatabase, databases } from './harness/databases.js';
import { IntegerUser, User } from './harness/models.js';

const framework = { describe, it, beforeAll, afterAll };
const entities = { UUID: User as EntityTarget<User>, integer: IntegerUser as EntityTarget<User> };

/** Two adapters with connections of their own, as two processes have; SQLite in memory has but one. */
async function setUp(options: DataSourceOptions, entity: EntityTarget<User>, canShare: boolean) {
  const open = (synchronize: boolean): Promise<DataSource> =>
    new DataSource({ ...options, entities: [entity as never], synchronize }).initialize();
  const first = await open(true);
  const second = canShare ? await open(false) : first;
  return {
    adapter: new TypeOrmUserAdapter(first.getRepository(entity)),
    other: new TypeOrmUserAdapter(second.getRepository(entity)),
    tearDown: async () => {
      await first.destroy();
      if (second !== first) await second.destroy();
    },
  };
}

for (const [ids, entity] of Object.entries(entities)) {
  describeUserAdapter({
    name: `TypeOrmUserAdapter, ${ids} ids, sqljs`,
    framework,
    setUp: () => setUp({ type: 'sqljs' }, entity, false),
  });

  for (const database of databases) {
    describeUserAdapter({
      name: `TypeOrmUserAdapter, ${ids} ids, ${database}`,
      framework,
      setUp: async () => {
        const { options, drop } = await createDatabase(database);
        const made = await setUp(options, entity, database !== 'sqlite');
        return { ...made, tearDown: async () => void (await made.tearDown(), await drop()) };
      },
    });
  }
}

/** Two stores with connections of their own; SQLite in memory has but one. */
async function setUpStore(options: DataSourceOptions, canShare: boolean) {
  const open = (synchronize: boolean): Promise<DataSource> =>
    new DataSource({ ...options, entities: [UserSessionEntity], synchronize }).initialize();
  const first = await open(true);
  const second = canShare ? await open(false) : first;
  return {
    store: new TypeOrmTokenStore(first.getRepository(UserSessionEntity)),
    other: new TypeOrmTokenStore(second.getRepository(UserSessionEntity)),
    tearDown: async () => {
      await first.destroy();
      if (second !== first) await second.destroy();
    },
  };
}

describeTokenStore({
  name: 'TypeOrmTokenStore, sqljs',
  framework,
  setUp: () => setUpStore({ type: 'sqljs' }, false),
});

for (const database of databases) {
  describeTokenStore({
    name: `TypeOrmTokenStore, ${database}`,
    framework,
    setUp: async () => {
      const { options, drop } = await createDatabase(database);
      const made = await setUpStore(options, database !== 'sqlite');
      return { ...made, tearDown: async () => void (await made.tearDown(), await drop()) };
    },
  });
}
