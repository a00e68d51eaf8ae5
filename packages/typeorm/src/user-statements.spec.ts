import { Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseIntegerUserEntity } from './base-integer-user.entity.js';
import { BaseUserEntity } from './base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  QueryLog,
  type TestDatabase,
} from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('indexed_users')
class User extends BaseUserEntity {}

@Entity('indexed_counted_users')
class CountedUser extends BaseIntegerUserEntity {}

const ROWS = 1000;

describe.each(databases)('statements on %s', (name) => {
  const log = new QueryLog();
  let database: TestDatabase;

  /** How the database goes about the last statement. */
  async function planOf(work: () => Promise<unknown>): Promise<string> {
    await work();
    const [statement, parameters] = [log.statements.at(-1)!, log.parameters];
    const explain = name === 'postgres' || name === 'mariadb' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
    return JSON.stringify(await database.dataSource.query(`${explain} ${statement}`, parameters));
  }

  const usesIndex = {
    'better-sqlite3': /"SEARCH [^"]* USING (INTEGER PRIMARY KEY|(COVERING )?INDEX)/,
    sqljs: /"SEARCH [^"]* USING (INTEGER PRIMARY KEY|(COVERING )?INDEX)/,
    postgres: /Index (Only )?Scan using/,
    mariadb: /"type":"(const|range|eq_ref)"/,
  }[name];

  beforeAll(async () => {
    database = await createDatabase(name, [User, CountedUser], { logger: log });
    for (const entity of [User, CountedUser]) {
      const repository = database.dataSource.getRepository<User | CountedUser>(entity);
      const rows = Array.from({ length: ROWS }, () => repository.create(newUser<User>()));
      for (let from = 0; from < ROWS; from += 50) {
        await repository.insert(rows.slice(from, from + 50) as never);
      }
    }
    if (name === 'postgres') await database.dataSource.query('ANALYZE');
  });
  afterAll(() => database.drop());

  it.each([
    ['UUID', User],
    ['integer', CountedUser],
  ])('find by an index, %s ids', async (_, entity) => {
    const repository = database.dataSource.getRepository<User | CountedUser>(entity);
    const users = new TypeOrmUserAdapter<User | CountedUser>(repository);
    const page = await users.list({ limit: 3 });
    const user = page[2]!;
    expect(await planOf(() => users.findById(user.id))).toMatch(usesIndex);
    const { canonicalEmail } = user;
    expect(await planOf(() => users.findByCanonicalEmail(canonicalEmail))).toMatch(usesIndex);
    const query = { limit: 3, where: { canonicalEmail } };
    expect(await planOf(() => users.list(query))).toMatch(usesIndex);
    const expected = { securityStamp: user.securityStamp };
    const remove = () => users.delete(user.id, { expected, keepSuperuser: true });
    expect(await planOf(remove)).toMatch(usesIndex);
  });

  it.each([
    ['UUID', User],
    ['integer', CountedUser],
  ])('read the last page as cheaply as the first, %s ids', async (_, entity) => {
    const repository = database.dataSource.getRepository<User | CountedUser>(entity);
    const users = new TypeOrmUserAdapter<User | CountedUser>(repository);
    const all = await users.list({ limit: ROWS });
    const after = all[ROWS - 100]!.id;
    expect(await planOf(() => users.list({ after, limit: 5 }))).toMatch(usesIndex);
    expect(log.statements.at(-1)).toMatch(/LIMIT 5$/);
  });
});
