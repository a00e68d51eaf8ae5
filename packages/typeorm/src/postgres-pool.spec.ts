import { Logger } from '@nestjs/common';
import type { EventEmitter } from 'node:events';
import { Entity } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { createDatabase, databases, newUser, type TestDatabase } from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('pooled_users')
class User extends BaseUserEntity {}

interface Client extends EventEmitter {
  readonly processID: number;
  release(error?: Error): void;
}

describe.runIf(databases.includes('postgres'))('With the pool of pg', () => {
  let database: TestDatabase;
  const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
  beforeEach(() => warn.mockClear());
  afterEach(() => database.drop());

  it('R-02: a connection that is lost while nobody listens does not end the process', async () => {
    database = await createDatabase('postgres', [User], { connectTimeoutMS: 3000 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { master } = dataSource.driver as unknown as { master: { connect(): Promise<Client> } };
    // As between the pool's handing it on and TypeORM's listening.
    const client = await master.connect();
    expect(client.listenerCount('error')).toBe(1);

    const ended = new Promise((resolve) => {
      client.once('end', resolve);
    });
    await dataSource.query('SELECT pg_terminate_backend($1)', [client.processID]);
    await ended;
    client.release(new Error('It was lost.'));
    expect((await users.create(newUser<User>())).isActive).toBe(true);
  });

  it('R-02: nor after the data source was initialised again, with another pool', async () => {
    database = await createDatabase('postgres', [User], { connectTimeoutMS: 3000 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    await dataSource.destroy();
    await dataSource.setOptions({ synchronize: false }).initialize();
    expect(await users.list({ limit: 1 })).toEqual([]);
    const { master } = dataSource.driver as unknown as { master: { connect(): Promise<Client> } };
    const client = await master.connect();
    expect(client.listenerCount('error')).toBe(1);
    client.release();
  });

  it('R-04: says once that connecting needs a limit, where it has none', async () => {
    database = await createDatabase('postgres', [User]);
    const { dataSource } = database;
    const made = [1, 2].map(() => new TypeOrmUserAdapter(dataSource.getRepository(User)));
    expect(made).toHaveLength(2);
    const told = () =>
      warn.mock.calls.filter(([text]) => String(text).includes('connectTimeoutMS'));
    expect(told()).toHaveLength(1);

    const limited = await database.connect({ connectTimeoutMS: 3000 });
    expect(new TypeOrmUserAdapter(limited.getRepository(User)).parseId('x')).toBeUndefined();
    expect(told()).toHaveLength(1);
  });
});
