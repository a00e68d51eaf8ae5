import { type BaseUser, canonicalEmail } from '@nestjs-users/core';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Column, type DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { createDatabase, databases, newUser } from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('users')
class User extends BaseUserEntity {}

@Entity('users')
class OldUser implements BaseUser<string> {
  @PrimaryColumn('uuid') id!: string;
  @Column('varchar') email!: string;
  @Index({ unique: true }) @Column({ type: 'varchar', length: 320 }) canonicalEmail!: string;
  @Column({ type: 'varchar', name: 'password', nullable: true }) hashedPassword?: string | null;
  @Column({ type: 'varchar', length: 32 }) securityStamp?: string;
  @Column({ type: Boolean }) isActive!: boolean;
  @Column({ type: Boolean }) isSuperuser!: boolean;
  @Column({ type: Boolean }) isVerified!: boolean;
  @Column({ type: Date }) createdAt!: Date;
  @Column({ type: Date }) updatedAt!: Date;
}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [
  ...readme.matchAll(/^```sql\n-- (?<title>.*)\n(?<sql>[^`]*(?:`(?!``)[^`]*)*)^```/gm),
];
const SECTIONS = {
  'better-sqlite3': 'SQLite',
  sqljs: 'SQLite',
  postgres: 'PostgreSQL',
  mariadb: 'MariaDB, MySQL',
};

async function run(dataSource: DataSource, title: RegExp): Promise<void> {
  const fitting = blocks.filter(({ groups }) => title.test(groups!['title']!));
  expect(fitting).toHaveLength(1);
  for (const statement of fitting[0]!.groups!['sql']!.split(';').filter((text) => text.trim())) {
    await dataSource.query(statement);
  }
}

describe.each(databases)('the SQL of the README, %s', (name) => {
  const title = SECTIONS[name];
  const alone = { synchronize: false, poolSize: 1 };

  async function open(entity: typeof User | typeof OldUser) {
    const database = await createDatabase(name, [entity], alone);
    const { dataSource } = database;
    const schema = (dataSource.options as { schema?: string }).schema;
    if (schema) await dataSource.query(`SET search_path TO ${schema}`);
    await dataSource.query('DROP TABLE IF EXISTS users');
    return database;
  }

  it('makes a table for the base entity', async () => {
    const database = await open(User);
    await run(database.dataSource, new RegExp(`^${title}( \\(|$)`));
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

  it('moves a table that has users already', async () => {
    const database = await open(OldUser);
    const { dataSource } = database;
    const type = name === 'postgres' ? 'uuid' : 'varchar(36)';
    await dataSource.query(
      `CREATE TABLE users (id ${type} PRIMARY KEY, email varchar(254) NOT NULL, password varchar(255)${name === 'postgres' || name === 'mariadb' ? ' NOT NULL' : ''})`,
    );
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    await dataSource.query(`INSERT INTO users VALUES ('${id}', 'Ann@Example.org', 'hash')`);

    await run(dataSource, new RegExp(`^${title}: add`));
    // As the README's script does it.
    const rows = dataSource.createQueryBuilder().from('users', 'u');
    rows.select(['u.id AS id', 'u.email AS email']);
    for (const row of await rows.getRawMany<{ id: string; email: string }>()) {
      const stamp = randomBytes(16).toString('hex');
      const values = { canonicalEmail: canonicalEmail(row.email), securityStamp: stamp };
      const update = dataSource.createQueryBuilder().update('users').set(values);
      await update.where('id = :id', { id: row.id }).execute();
    }
    await run(dataSource, new RegExp(`^${title}: constrain`));

    const users = new TypeOrmUserAdapter(dataSource.getRepository(OldUser));
    const ann = await users.findByCanonicalEmail('ann@example.org');
    expect(ann).toMatchObject({ id, hashedPassword: 'hash', isActive: true, isSuperuser: false });
    expect(ann?.createdAt.getFullYear()).toBeGreaterThan(2020);
    await expect(
      users.create(newUser<OldUser>({ canonicalEmail: 'ann@example.org' })),
    ).rejects.toMatchObject({ code: 'REGISTER_USER_ALREADY_EXISTS' });
    expect(await users.create(newUser<OldUser>({ hashedPassword: null }))).toMatchObject({
      hashedPassword: null,
    });
    await database.drop();
  });
});
