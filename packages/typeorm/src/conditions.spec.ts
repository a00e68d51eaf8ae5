import { canonicalEmail, UserAlreadyExistsError } from '@nestjs-users/core';
import { randomUUID } from 'node:crypto';
import { BeforeInsert, Entity, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserColumns } from './base-user.columns.js';
import { createDatabase, databases, newUser, type TestDatabase } from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('fuzzy_users')
class User extends BaseUserColumns {
  @PrimaryColumn({ type: 'varchar', length: 60 }) id!: string;
  @BeforeInsert() assignId(): void {
    this.id = `Id ${randomUUID()}`;
  }
}

/** Makes the columns find equal what differs in case: the mildest thing that a collation may do. */
const FUZZY: Record<string, string[]> = {
  // Each test database has a fuzzy collation here already.
  mariadb: [],
  postgres: [
    `CREATE COLLATION fuzzy (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    ...['id', 'canonicalEmail', 'hashedPassword', 'securityStamp'].map(
      (column) => `ALTER TABLE fuzzy_users ALTER "${column}" TYPE varchar(255) COLLATE fuzzy`,
    ),
  ],
  sqlite: [
    `DROP TABLE fuzzy_users`,
    `CREATE TABLE fuzzy_users ("id" varchar PRIMARY KEY COLLATE NOCASE NOT NULL, "email" varchar,
     "canonicalEmail" varchar UNIQUE COLLATE NOCASE, "pendingEmail" varchar COLLATE NOCASE, "hashedPassword" varchar COLLATE NOCASE,
     "securityStamp" varchar COLLATE NOCASE, "isActive" boolean, "isSuperuser" boolean,
     "isVerified" boolean, "createdAt" datetime, "updatedAt" datetime)`,
  ],
};

describe.each(databases)('on a database with a collation that ignores case, %s', (name) => {
  let database: TestDatabase;
  let users: TypeOrmUserAdapter<User>;
  const add = (email: string): Promise<User> =>
    users.create(newUser<User>({ email, canonicalEmail: canonicalEmail(email) }));

  beforeAll(async () => {
    database = await createDatabase(name, [User], { poolSize: 1 });
    users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const schema = (database.dataSource.options as { schema?: string }).schema;
    if (schema) await database.dataSource.query(`SET search_path TO ${schema}`);
    for (const statement of FUZZY[name] ?? FUZZY['sqlite']!) {
      await database.dataSource.query(statement);
    }
  });
  afterAll(() => database.drop());

  it('RG-04: addresses that only a collation finds equal are different users', async () => {
    const jose = await add('jose@x.org');
    const accented = await add('josé@x.org');
    expect(accented.canonicalEmail).not.toBe(jose.canonicalEmail);
    expect(await users.findByCanonicalEmail(canonicalEmail('JOSE@X.org')!)).toEqual(jose);
    expect(await users.findByCanonicalEmail(canonicalEmail('josé@x.org')!)).toEqual(accented);
    for (const other of ['JOSE@x.org', 'josé@x.org', 'jose@x.org ', 'jose@x.org\0', 'JOSE%']) {
      expect(await users.findByCanonicalEmail(other)).toBeNull();
      expect(await users.list({ limit: 9, where: { canonicalEmail: other } })).toEqual([]);
    }
  });

  it('RG-04: an address that the database finds taken is refused as taken', async () => {
    await add('taken@x.org');
    const values = newUser<User>({ canonicalEmail: 'TAKEN@x.org' });
    await expect(users.create(values)).rejects.toThrow(UserAlreadyExistsError);
  });

  it('ids and expectations are compared by every byte', async () => {
    const user = await add('bytes@x.org');
    const changes = { isVerified: true };
    for (const id of [user.id.toUpperCase(), user.id.toLowerCase(), `${user.id} `]) {
      expect(await users.findById(id)).toBeNull();
      expect(await users.update(id, changes)).toBeNull();
      expect(await users.delete(id)).toBe(false);
    }
    for (const [property, value] of Object.entries({
      securityStamp: user.securityStamp!,
      hashedPassword: user.hashedPassword!,
      canonicalEmail: user.canonicalEmail,
    })) {
      for (const other of [value.toUpperCase(), `${value} `, value.slice(0, -1)]) {
        const expected = { [property]: other };
        expect(await users.update(user.id, changes, { expected })).toBeNull();
        expect(await users.update(user.id, {}, { expected })).toBeNull();
        expect(await users.delete(user.id, { expected })).toBe(false);
      }
      expect(await users.update(user.id, {}, { expected: { [property]: value } })).toEqual(user);
    }
  });
});
