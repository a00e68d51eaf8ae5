import { canonicalEmail } from '@nestjs-users/core';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type DataSource, Entity } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { createDatabase, databases, newUser, type TestDatabase } from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('users')
class User extends BaseUserEntity {}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const SECTIONS = {
  'better-sqlite3': 'sqlite',
  sqljs: 'sqlite',
  postgres: 'postgres',
  mariadb: 'mariadb',
};

describe.each(databases)('the SQL of the README, %s', (name) => {
  async function open(): Promise<TestDatabase> {
    const database = await createDatabase(name, [User], { synchronize: false, poolSize: 1 });
    const { schema } = database.dataSource.options as { schema?: string };
    if (schema) await database.dataSource.query(`SET search_path TO ${schema}`);
    return database;
  }

  /** Runs the block that is marked with the database and the step. */
  async function run(dataSource: DataSource, step: 'add' | 'strict' | 'table'): Promise<void> {
    const start = readme.indexOf(`\`\`\`sql ${SECTIONS[name]} ${step}\n`);
    expect(start).toBeGreaterThan(0);
    const sql = readme.slice(readme.indexOf('\n', start), readme.indexOf('\n```\n', start));
    for (const statement of sql.split(';').filter((text) => text.trim())) {
      await dataSource.query(statement);
    }
  }

  async function expectWorking(users: TypeOrmUserAdapter<User>): Promise<void> {
    const columns = newUser<User>({ isSuperuser: true });
    const user = await users.create(columns);
    expect(user).toEqual(Object.assign(new User(), columns, { id: user.id }));
    expect(await users.findByCanonicalEmail(user.canonicalEmail)).toEqual(user);
    expect(await users.update(user.id, { isVerified: true })).toMatchObject({ isVerified: true });
    const { canonicalEmail: taken } = user;
    await expect(users.create(newUser<User>({ canonicalEmail: taken }))).rejects.toMatchObject({
      code: 'REGISTER_USER_ALREADY_EXISTS',
    });
    await expect(users.delete(user.id, { keepSuperuser: true })).rejects.toMatchObject({
      code: 'LAST_SUPERUSER',
    });
  }

  it('makes a table for the base entity', async () => {
    const database = await open();
    await run(database.dataSource, 'table');
    await expectWorking(new TypeOrmUserAdapter(database.dataSource.getRepository(User)));
    await database.drop();
  });

  it('RG-02: makes a table that has users already fit for it', async () => {
    const database = await open();
    const { dataSource } = database;
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const type = name === 'postgres' ? 'uuid' : 'varchar(36)';
    const columns = `id ${type} PRIMARY KEY, email varchar(254) NOT NULL, password varchar(60)`;
    await dataSource.query(`CREATE TABLE users (${columns})`);
    await dataSource.query(`INSERT INTO users VALUES ('${id}', 'Ann@Example.org', 'hash')`);

    await run(dataSource, 'add');
    // As the script in the README does it.
    const repository = dataSource.getRepository(User);
    for (const row of await repository.find({ select: { id: true, email: true } })) {
      const securityStamp = randomBytes(16).toString('hex');
      const canonical = canonicalEmail(row.email)!;
      await repository.update({ id: row.id }, { canonicalEmail: canonical, securityStamp });
    }
    const quoted = name === 'mariadb' ? 'hashedPassword' : '"hashedPassword"';
    await dataSource.query(`UPDATE users SET ${quoted} = password`);
    await run(dataSource, 'strict');

    const users = new TypeOrmUserAdapter(repository);
    const ann = await users.findByCanonicalEmail('ann@example.org');
    expect(ann).toMatchObject({ id, hashedPassword: 'hash', isActive: true, isSuperuser: false });
    expect(ann?.createdAt.getFullYear()).toBeGreaterThan(2020);
    await expect(
      users.create(newUser<User>({ canonicalEmail: 'ann@example.org' })),
    ).rejects.toMatchObject({ code: 'REGISTER_USER_ALREADY_EXISTS' });
    await expectWorking(users);
    await database.drop();
  });
});
