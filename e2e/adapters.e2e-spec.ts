import { describeTokenStore, describeUserAdapter } from '@nestjs-users/testing';
import {
  BaseUserSessionEntity,
  TypeOrmTokenStore,
  TypeOrmUserAdapter,
  UserSessionEntity,
} from '@nestjs-users/typeorm';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  DefaultNamingStrategy,
  Entity,
  type EntityTarget,
} from 'typeorm';
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

@Entity('logins')
class Login extends BaseUserSessionEntity {
  @Column({ type: 'varchar', length: 80, default: 'here' })
  place!: string;
}

/** As `typeorm-naming-strategies` has it. */
class SnakeNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string): string {
    return custom || property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/** The usual table of sessions, and one of an application's own. */
const tables = {
  user_sessions: { entity: UserSessionEntity, more: {} },
  'own table, snake_case': { entity: Login, more: { namingStrategy: new SnakeNames() } },
};
type Table = (typeof tables)[keyof typeof tables];

/** Two stores with connections of their own; SQLite in memory has but one. */
async function setUpStore(options: DataSourceOptions, { entity, more }: Table, canShare: boolean) {
  const open = (synchronize: boolean): Promise<DataSource> =>
    new DataSource({ ...options, ...more, entities: [entity], synchronize }).initialize();
  const first = await open(true);
  const second = canShare ? await open(false) : first;
  return {
    store: new TypeOrmTokenStore(first.getRepository<BaseUserSessionEntity>(entity)),
    other: new TypeOrmTokenStore(second.getRepository<BaseUserSessionEntity>(entity)),
    tearDown: async () => {
      await first.destroy();
      if (second !== first) await second.destroy();
    },
  };
}

for (const [title, table] of Object.entries(tables)) {
  describeTokenStore({
    name: `TypeOrmTokenStore, sqljs, ${title}`,
    framework,
    setUp: () => setUpStore({ type: 'sqljs' }, table, false),
  });

  for (const database of databases) {
    describeTokenStore({
      name: `TypeOrmTokenStore, ${database}, ${title}`,
      framework,
      setUp: async () => {
        const { options, drop } = await createDatabase(database);
        const made = await setUpStore(options, table, database !== 'sqlite');
        return { ...made, tearDown: async () => void (await made.tearDown(), await drop()) };
      },
    });
  }
}
