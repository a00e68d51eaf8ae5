import { Entity, QueryFailedError } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  QueryLog,
  type TestDatabase,
} from './databases.fixture.js';
import { PreparedSelect } from './prepared-select.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('prepared_users')
class User extends BaseUserEntity {}

const hasPostgres = databases.includes('postgres');
let database: TestDatabase;
afterEach(() => database.drop());

describe.each(databases)('PreparedSelect on %s', (name) => {
  it('sees what a transaction has written, and nothing of what others have not committed', async () => {
    database = await createDatabase(name, [User]);
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { id } = await users.create(newUser<User>());
    expect((await users.findById(id))?.id).toBe(id);
    await users
      .transaction(async ({ adapter }) => {
        await adapter.update(id, { isVerified: true });
        expect((await adapter.findById(id))?.isVerified).toBe(true);
        throw new Error('No.');
      })
      .catch(() => {});
    expect((await users.findById(id))?.isVerified).toBe(false);
  });

  it('tells loggers of each statement, and of those that fail', async () => {
    const log = new QueryLog();
    database = await createDatabase(name, [User], { logger: log });
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const { id } = await users.create(newUser<User>());
    const before = log.statements.length;
    await users.findById(id);
    expect(log.statements.slice(before)).toHaveLength(1);
  });

  it('fails as TypeORM fails', async () => {
    database = await createDatabase(name, [User]);
    const { manager } = database.dataSource;
    await expect(
      new PreparedSelect('SELECT nothing FROM nowhere', 5000).row(manager, []),
    ).rejects.toThrow(QueryFailedError);
  });
});

describe.runIf(hasPostgres)('PreparedSelect behind a pooler', () => {
  const find = async (users: TypeOrmUserAdapter<User>, id: string) =>
    (await users.findById(id))?.id;

  it('goes on without a name where the connection does not know the statement any more', async () => {
    database = await createDatabase('postgres', [User], { poolSize: 1 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { id } = await users.create(newUser<User>());
    expect(await find(users, id)).toBe(id);
    const names = 'SELECT name FROM pg_prepared_statements';
    expect(await dataSource.query(names)).toHaveLength(1);
    // As PgBouncer does it, which hands the next transaction another connection.
    await dataSource.query('DEALLOCATE ALL');
    for (let n = 0; n < 3; n++) expect(await find(users, id)).toBe(id);
  });

  it('goes on without a name for several at once', async () => {
    database = await createDatabase('postgres', [User], { poolSize: 3 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { id } = await users.create(newUser<User>());
    const onEach = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all([1, 2, 3].map(work));
    await onEach(() => find(users, id));
    const runners = [1, 2, 3].map(() => dataSource.createQueryRunner());
    for (const runner of runners) await runner.query('DEALLOCATE ALL');
    for (const runner of runners) await runner.release();
    expect(await onEach(() => find(users, id))).toEqual([id, id, id]);
  });

  it('goes on where a migration has changed what the statement answers', async () => {
    database = await createDatabase('postgres', [User], { poolSize: 1 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { id } = await users.create(newUser<User>());
    expect(await find(users, id)).toBe(id);
    const { tablePath } = dataSource.getMetadata(User);
    await dataSource.query(`ALTER TABLE ${tablePath} ALTER COLUMN email TYPE text`);
    for (let n = 0; n < 3; n++) expect(await find(users, id)).toBe(id);
  });
});

describe.runIf(hasPostgres)('R-05: PreparedSelect where the pool has no connection', () => {
  it('asks nothing of the database when nobody waits any more', async () => {
    database = await createDatabase('postgres', [User], { poolSize: 1 });
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User), { timeoutSeconds: 0.1 });
    const { id } = await users.create(newUser<User>());
    await dataSource.query('DEALLOCATE ALL');
    const holder = dataSource.createQueryRunner();
    await holder.connect();
    const late = await Promise.allSettled([1, 2, 3].map(() => users.findById(id)));
    expect(late.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    await holder.release();
    // The connection would know the statement now.
    expect(await dataSource.query('SELECT name FROM pg_prepared_statements')).toEqual([]);
    expect((await users.findById(id))?.id).toBe(id);
  });
});
