import { readFileSync } from 'node:fs';
import { Entity } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { createDatabase, databases, newUser } from './databases.fixture.js';
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
  it('makes a table for the base entity', async () => {
    const options = { synchronize: false, poolSize: 1 };
    const database = await createDatabase(name, [User], options);
    const { schema } = database.dataSource.options as { schema?: string };
    if (schema) await database.dataSource.query(`SET search_path TO ${schema}`);
    const start = readme.indexOf(`\`\`\`sql ${SECTIONS[name]} table\n`);
    const sql = readme.slice(readme.indexOf('\n', start), readme.indexOf('\n```\n', start));
    expect(start).toBeGreaterThan(0);
    for (const statement of sql.split(';').filter((text) => text.trim())) {
      await database.dataSource.query(statement);
    }

    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
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
    await database.drop();
  });
});
