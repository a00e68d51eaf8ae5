import type { StoredToken } from '@nestjs-users/core';
import { createHash, randomBytes } from 'node:crypto';
import {
  AfterLoad,
  Column,
  DeleteDateColumn,
  Entity,
  EventSubscriber,
  type EntitySubscriberInterface,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseIntegerUserEntity } from '../base-integer-user.entity.js';
import { BaseUserEntity } from '../base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  QueryLog,
  type TestDatabase,
} from '../databases.fixture.js';
import { TypeOrmUserAdapter } from '../typeorm.user-adapter.js';
import { TypeOrmTokenStore } from './typeorm.token-store.js';
import { UserSessionEntity } from './user-session.entity.js';

@Entity('joined_people')
class Person extends BaseUserEntity {
  @Column({ type: 'simple-json', nullable: true }) settings?: object | null;
  @Column({ type: 'varchar', nullable: true, select: false }) diary?: string | null;
  @DeleteDateColumn() deletedAt?: Date | null;
}

@Entity('joined_members')
class Member extends BaseIntegerUserEntity {}

@Entity('joined_listening')
class Listening extends BaseUserEntity {
  greeting?: string;
  @AfterLoad() greet(): void {
    this.greeting = `Hello ${this.email}`;
  }
}

@EventSubscriber()
class Subscriber implements EntitySubscriberInterface {
  afterLoad(): void {}
}

const NOW = new Date();
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

function sessionOf(subject: string): StoredToken {
  return {
    id: randomBytes(16).toString('hex'),
    digest: createHash('sha256').update(randomBytes(8)).digest('hex'),
    subject,
    fingerprint: 'fingerprint',
    backend: 'stored',
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: later(60),
    endsAt: later(60),
    generation: 0,
    rotatedAt: null,
    address: null,
    userAgent: null,
  };
}

describe.each(databases)('A session and its user on %s', (name) => {
  const isJoined = name === 'postgres';
  let database: TestDatabase;
  beforeAll(async () => {
    const entities = [Person, Member, Listening, UserSessionEntity as never];
    database = await createDatabase(name, entities);
  });
  afterAll(() => database.drop());

  const storeOf = (entity: typeof Person | typeof Member | typeof Listening) =>
    new TypeOrmTokenStore(database.dataSource.getRepository(UserSessionEntity), {
      users: database.dataSource.getRepository(entity as typeof Person),
    });

  it.each([Person, Member])('%s: are what the two look-ups give', async (entity) => {
    const { dataSource } = database;
    const adapter = new TypeOrmUserAdapter(dataSource.getRepository(entity as typeof Person));
    const user = await adapter.create(newUser<Person>({ settings: { theme: 'dark' } }));
    const store = storeOf(entity);
    const session = sessionOf(String(user.id));
    await store.insert(session);

    const found = await store.findWithUser(session.digest, NOW);
    expect(found?.session).toEqual(await store.find(session.digest, NOW));
    if (!isJoined) {
      expect(found).not.toHaveProperty('user');
      return;
    }
    expect(found?.user).toBeInstanceOf(entity);
    expect(found?.user).toEqual(await adapter.findById(user.id));
    expect((await store.findWithUser(session.digest, NOW))?.user).not.toBe(found?.user);
    expect(await store.findWithUser(session.digest, later(61))).toBeNull();
    expect(await store.findWithUser(session.digest.toUpperCase(), NOW)).toBeNull();
  });

  it('do not bring anybody along who is gone', async () => {
    const { dataSource } = database;
    const repository = dataSource.getRepository(Person);
    const adapter = new TypeOrmUserAdapter(repository);
    const store = storeOf(Person);
    const [deleted, marked] = [await adapter.create(newUser()), await adapter.create(newUser())];
    const sessions = [deleted, marked].map(({ id }) => sessionOf(String(id)));
    for (const session of sessions) await store.insert(session);
    await adapter.delete(deleted.id);
    await repository.softDelete({ id: marked.id });
    for (const { digest, id } of sessions) {
      const found = await store.findWithUser(digest, NOW);
      expect(found?.session.id).toBe(id);
      expect(found?.user).toBe(isJoined ? null : undefined);
    }
  });

  it('are looked up one by one where the subject can be none of their ids', async () => {
    for (const [entity, subject] of [
      [Person, '17'],
      [Member, '01980000-0000-7000-8000-000000000000'],
      [Member, '99999999999999999999'],
    ] as const) {
      const session = sessionOf(subject);
      await storeOf(entity).insert(session);
      const found = await storeOf(entity).findWithUser(session.digest, NOW);
      expect(found?.session.id).toBe(session.id);
      expect(found).not.toHaveProperty('user');
    }
  });

  it('are looked up one by one where loading an entity is more than reading columns', async () => {
    const { dataSource } = database;
    const adapter = new TypeOrmUserAdapter(dataSource.getRepository(Listening));
    const session = sessionOf((await adapter.create(newUser<Listening>())).id);
    await storeOf(Listening).insert(session);
    const found = await storeOf(Listening).findWithUser(session.digest, NOW);
    expect(found?.session.id).toBe(session.id);
    expect(found).not.toHaveProperty('user');
  });

  it('are looked up one by one where a subscriber wants to see each row', async () => {
    const subscribed = await database.connect({ subscribers: [Subscriber] });
    const session = sessionOf('01980000-0000-7000-8000-000000000000');
    const store = new TypeOrmTokenStore(subscribed.getRepository(UserSessionEntity), {
      users: subscribed.getRepository(Person),
    });
    if (name === 'better-sqlite3' || name === 'sqljs') await subscribed.synchronize();
    await store.insert(session);
    expect(await store.findWithUser(session.digest, NOW)).not.toHaveProperty('user');
  });
});

describe.runIf(databases.includes('postgres'))('A session and its user on PostgreSQL', () => {
  it('are one statement', async () => {
    const log = new QueryLog();
    const database = await createDatabase('postgres', [Person, UserSessionEntity as never], {
      logger: log,
    });
    const { dataSource } = database;
    const store = new TypeOrmTokenStore(dataSource.getRepository(UserSessionEntity), {
      users: dataSource.getRepository(Person),
    });
    const session = sessionOf('01980000-0000-7000-8000-000000000000');
    await store.insert(session);
    const before = log.statements.length;
    await store.findWithUser(session.digest, NOW);
    expect(log.statements.slice(before)).toHaveLength(1);
    await database.drop();
  });
});
