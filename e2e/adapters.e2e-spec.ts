import {
  describeRateLimitStore,
  describeTokenStore,
  describeUserAdapter,
} from '@nestjs-users/testing';
import {
  BaseRateLimitEntity,
  BaseUserSessionEntity,
  TypeOrmRateLimitStore,
  TypeOrmTokenStore,
  TypeOrmUserAdapter,
  UserRateLimitEntity,
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

/** Two data sources with connections of their own, as two processes have; SQLite in memory has but one. */
async function openTwo(options: DataSourceOptions, canShare: boolean) {
  const open = (synchronize: boolean): Promise<DataSource> =>
    new DataSource({ ...options, synchronize }).initialize();
  const first = await open(true);
  const second = canShare ? await open(false) : first;
  const tearDown = async (): Promise<void> => {
    await first.destroy();
    if (second !== first) await second.destroy();
  };
  return { first, second, tearDown };
}

async function setUp(options: DataSourceOptions, entity: EntityTarget<User>, canShare: boolean) {
  const all = { ...options, entities: [entity as never] };
  const { first, second, tearDown } = await openTwo(all, canShare);
  return {
    adapter: new TypeOrmUserAdapter(first.getRepository(entity)),
    other: new TypeOrmUserAdapter(second.getRepository(entity)),
    tearDown,
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

async function setUpStore(options: DataSourceOptions, { entity, more }: Table, canShare: boolean) {
  const all = { ...options, ...more, entities: [entity] };
  const { first, second, tearDown } = await openTwo(all, canShare);
  return {
    store: new TypeOrmTokenStore(first.getRepository<BaseUserSessionEntity>(entity)),
    other: new TypeOrmTokenStore(second.getRepository<BaseUserSessionEntity>(entity)),
    tearDown,
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

@Entity('attempts')
class Attempt extends BaseRateLimitEntity {}

/** The usual table of limits, and one of an application's own. */
const limitTables = {
  user_rate_limits: { entity: UserRateLimitEntity, more: {} },
  'own table, snake_case': { entity: Attempt, more: { namingStrategy: new SnakeNames() } },
};
type LimitTable = (typeof limitTables)[keyof typeof limitTables];

async function setUpLimits(
  options: DataSourceOptions,
  { entity, more }: LimitTable,
  canShare: boolean,
) {
  const all = { ...options, ...more, entities: [entity] };
  const { first, second, tearDown } = await openTwo(all, canShare);
  return {
    store: new TypeOrmRateLimitStore(first.getRepository<BaseRateLimitEntity>(entity)),
    other: new TypeOrmRateLimitStore(second.getRepository<BaseRateLimitEntity>(entity)),
    tearDown,
  };
}

for (const [title, table] of Object.entries(limitTables)) {
  describeRateLimitStore({
    name: `TypeOrmRateLimitStore, sqljs, ${title}`,
    framework,
    setUp: () => setUpLimits({ type: 'sqljs' }, table, false),
  });

  for (const database of databases) {
    describeRateLimitStore({
      name: `TypeOrmRateLimitStore, ${database}, ${title}`,
      framework,
      setUp: async () => {
        const { options, drop } = await createDatabase(database);
        const made = await setUpLimits(options, table, database !== 'sqlite');
        return { ...made, tearDown: async () => void (await made.tearDown(), await drop()) };
      },
    });
  }
}
