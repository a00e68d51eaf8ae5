import type { BaseUser } from '@nestjs-users/core';
import {
  BeforeInsert,
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  EntitySchema,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserColumns } from './base-user.columns.js';
import { BaseIntegerUserEntity } from './base-integer-user.entity.js';
import { BaseUserEntity } from './base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  QueryLog,
  servers,
  type TestDatabase,
} from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('plain_users')
class User extends BaseUserEntity {
  @Column({ type: 'varchar', length: 20, default: 'member' }) role!: string;
}

@Entity('counted_users')
class CountedUser extends BaseIntegerUserEntity {}

@Entity('clubs')
class Club {
  @PrimaryColumn('int') id!: number;
}

/** Nothing but the properties is as the library calls it. */
@Entity('people')
@Unique(['canonicalEmail'])
class Person implements BaseUser<number> {
  @PrimaryGeneratedColumn({ name: 'person_id' }) id!: number;
  @Column({ type: 'varchar', length: 254, name: 'mail' }) email!: string;
  @Column({ type: 'varchar', length: 320, name: 'mail_key' }) canonicalEmail!: string;
  @Column({ type: 'varchar', length: 254, name: 'new_mail', nullable: true })
  pendingEmail!: string | null;
  @Column({ type: 'varchar', name: 'pwd', nullable: true, select: false })
  hashedPassword?: string | null;
  @Column({ type: 'varchar', length: 32, name: 'stamp', select: false }) securityStamp?: string;
  @Column({ type: Boolean, name: 'active', select: false }) isActive!: boolean;
  @Column({ type: Boolean, name: 'admin', select: false }) isSuperuser!: boolean;
  @Column({ type: Boolean, name: 'verified', select: false }) isVerified!: boolean;
  @CreateDateColumn({ name: 'made' }) createdAt!: Date;
  @UpdateDateColumn({ name: 'changed' }) updatedAt!: Date;
  @DeleteDateColumn({ name: 'gone' }) deletedAt?: Date | null;
  @ManyToOne(() => Club, { eager: true, nullable: true }) @JoinColumn({ name: 'club' }) club?: Club;
  @Column({ type: 'varchar', nullable: true, select: false }) diary?: string | null;
}

@Entity('big_users')
class BigUser extends BaseUserColumns {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
}

/** Ids of the application's own making. */
@Entity('named_users')
class NamedUser extends BaseUserColumns {
  @PrimaryColumn({ type: 'varchar', length: 60 }) id!: string;
  @BeforeInsert() assignId(): void {
    this.id = `name of ${this.canonicalEmail}`;
  }
}

describe.each(databases)('TypeOrmUserAdapter on %s', (name) => {
  const log = new QueryLog();
  let database: TestDatabase;
  let users: TypeOrmUserAdapter<User>;
  let counted: TypeOrmUserAdapter<CountedUser>;
  let people: TypeOrmUserAdapter<Person>;

  const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    log.statements.length = 0;
    await work();
    return log.statements.map((statement) => statement.trim().split(' ', 1)[0]!);
  };

  beforeAll(async () => {
    const entities = [User, CountedUser, Person, NamedUser, Club as never];
    database = await createDatabase(name, entities, { logger: log });
    users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    counted = new TypeOrmUserAdapter(database.dataSource.getRepository(CountedUser));
    people = new TypeOrmUserAdapter(database.dataSource.getRepository(Person));
  });
  afterAll(() => database.drop());

  it('asks once for a look-up and not at all for what is no id or address', async () => {
    const user = await users.create(newUser<User>());
    expect(await statementsOf(() => users.findById(user.id))).toEqual(['SELECT']);
    expect(await statementsOf(() => users.findByCanonicalEmail(user.canonicalEmail))).toEqual([
      'SELECT',
    ]);
    const nobody = [undefined, null, Number.NaN, 0, 1, true, '', {}, [user.id], { id: user.id }];
    const asked = await statementsOf(async () => {
      for (const value of nobody as never[]) {
        expect(await users.findById(value)).toBeNull();
        expect(await users.findByCanonicalEmail(value)).toBeNull();
        expect(await users.update(value, { isActive: false })).toBeNull();
        expect(await users.delete(value)).toBe(false);
      }
    });
    expect(asked).toEqual([]);
  });

  it('writes with one statement and reads the row again', async () => {
    expect(await statementsOf(() => users.create(newUser<User>()))).toEqual(['INSERT', 'SELECT']);
    const { id, securityStamp } = await users.create(newUser<User>());
    const expected = { securityStamp };
    const write = () => users.update(id, { isActive: false }, { expected, keepSuperuser: true });
    expect(await statementsOf(write)).toEqual(['UPDATE', 'SELECT']);
    const remove = () => users.delete(id, { expected, keepSuperuser: true });
    expect(await statementsOf(remove)).toEqual(['DELETE']);
  });

  it('answers the complete row, with what the database fills in', async () => {
    const columns = newUser<User>({ id: '00000000-0000-7000-8000-000000000000', nothing: 1 });
    const user = await users.create(columns);
    expect(user).toBeInstanceOf(User);
    expect(user).toEqual(
      Object.assign(new User(), { ...columns, id: user.id, role: 'member', nothing: undefined }),
    );
    expect(users.parseId(user.id)).toBe(user.id);
    expect(user.id[14]).toBe('7');
    expect(user.id).not.toBe('00000000-0000-7000-8000-000000000000');
  });

  it('orders users by the time of their making', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count++) made.push((await users.create(newUser<User>())).id);
    const listed = (await users.list({ limit: 1000 })).map(({ id }) => id);
    expect(listed.slice(-5)).toEqual(made);
  });

  it('keeps milliseconds', async () => {
    const user = await users.create(newUser<User>());
    expect(user.createdAt.toISOString()).toBe('2020-02-29T12:34:56.789Z');
    const updatedAt = new Date('2021-03-04T05:06:07.008Z');
    expect((await users.update(user.id, { updatedAt }))?.updatedAt).toEqual(updatedAt);
  });

  it('counts integer ids up, past those of deleted users', async () => {
    const [first, second] = [
      await counted.create(newUser<CountedUser>()),
      await counted.create(newUser<CountedUser>()),
    ];
    expect(second.id).toBeGreaterThan(first.id);
    await counted.delete(second.id);
    const third = await counted.create(newUser<CountedUser>());
    expect(third.id).toBeGreaterThan(second.id);
    expect(counted.parseId(String(third.id))).toBe(third.id);
    expect(await counted.findById(String(third.id) as never)).toBeNull();
    expect(await counted.findById(2147483648)).toBeNull();
  });

  it('IN-03, IN-07: numbers, truth values and metacharacters match no row', async () => {
    const user = await users.create(newUser<User>());
    for (const value of [0, true, '%', '_', "' OR 1=1 -- ", '\\'] as never[]) {
      expect(await users.findByCanonicalEmail(value)).toBeNull();
      const works = () => users.list({ limit: 9, where: { canonicalEmail: value } });
      if (typeof value === 'string') expect(await works()).toEqual([]);
      else await expect(works()).rejects.toThrow(TypeError);
    }
    for (const expected of [{ isActive: 1 }, { securityStamp: 0 }, { id: user.id, other: 1 }]) {
      const update = users.update(user.id, { isVerified: true }, { expected: expected as never });
      await expect(update).rejects.toThrow(TypeError);
    }
    expect((await users.findById(user.id))?.isVerified).toBe(false);
  });

  it.each([{ limit: -1 }, { limit: 1.5 }, { limit: Number.NaN }, { limit: 1, after: null }])(
    'refuses a list query that cannot be one, %o',
    async (query) => {
      await expect(users.list(query as never)).rejects.toThrow(TypeError);
      expect(await users.list({ limit: 0 })).toEqual([]);
    },
  );

  it('AC-15: writes the columns that changed, and no others', async () => {
    const user = await users.create(newUser<User>());
    await Promise.all([
      users.update(user.id, { isActive: false }),
      users.update(user.id, { email: 'Other@example.org' }),
    ]);
    const row = await users.findById(user.id);
    expect(row).toMatchObject({ isActive: false, email: 'Other@example.org' });
  });

  it('keeps the ids that an entity makes', async () => {
    const named = new TypeOrmUserAdapter(database.dataSource.getRepository(NamedUser));
    const user = await named.create(newUser<NamedUser>());
    expect(user.id).toBe(`name of ${user.canonicalEmail}`);
    expect(await named.findById(user.id)).toEqual(user);
    for (const id of [user.id.toUpperCase(), `${user.id} `, user.id.replace('a', 'á')]) {
      expect(await named.findById(id)).toBeNull();
      expect(await named.update(id, { isVerified: true })).toBeNull();
      expect(await named.update(id, {})).toBeNull();
      expect(await named.delete(id)).toBe(false);
    }
  });

  describe('an entity with names of its own', () => {
    it('lives through everything', async () => {
      const person = await people.create(newUser<Person>({ diary: 'dear' }));
      expect(people.parseId(String(person.id))).toBe(person.id);
      expect(await people.findById(person.id)).toEqual(person);
      expect(await people.findByCanonicalEmail(person.canonicalEmail)).toEqual(person);
      expect(await people.list({ limit: 5, where: { isActive: true } })).toEqual([person]);

      const { securityStamp } = person;
      const options = { expected: { securityStamp }, keepSuperuser: true };
      const update = await people.update(person.id, { isSuperuser: true }, options);
      expect(update).toEqual({ ...person, isSuperuser: true, updatedAt: update?.updatedAt });
      expect(update?.updatedAt.getTime()).toBeGreaterThan(person.updatedAt.getTime());
      await expect(people.delete(person.id, options)).rejects.toMatchObject({
        code: 'LAST_SUPERUSER',
      });
      expect(await people.delete(person.id)).toBe(true);
    });

    it('gives the secrets that it hides from other selections, and eager relations', async () => {
      await database.dataSource.getRepository(Club).insert({ id: 7 });
      const person = await people.create(newUser<Person>({ club: { id: 7 }, diary: 'dear' }));
      const row = await people.findByCanonicalEmail(person.canonicalEmail);
      expect(row?.hashedPassword).toMatch(/^\$none\$/);
      expect(row?.securityStamp).toHaveLength(32);
      expect(row?.club).toEqual({ id: 7 });
      expect(row?.diary).toBeUndefined();
    });

    it('AC-14: a row that is marked as deleted is nobody, but its address stays taken', async () => {
      const person = await people.create(newUser<Person>({ isSuperuser: true }));
      await database.dataSource.getRepository(Person).softDelete(person.id);
      expect(await people.findById(person.id)).toBeNull();
      expect(await people.findByCanonicalEmail(person.canonicalEmail)).toBeNull();
      expect(await people.update(person.id, { isVerified: true })).toBeNull();
      expect(await people.update(person.id, {})).toBeNull();
      expect(await people.delete(person.id)).toBe(false);
      const { canonicalEmail } = person;
      await expect(people.create(newUser<Person>({ canonicalEmail }))).rejects.toMatchObject({
        code: 'REGISTER_USER_ALREADY_EXISTS',
      });

      const last = await people.create(newUser<Person>({ isSuperuser: true }));
      const demotion = people.update(last.id, { isActive: false }, { keepSuperuser: true });
      await expect(demotion).rejects.toMatchObject({ code: 'LAST_SUPERUSER' });
    });
  });

  it('takes part in a transaction whose repository it is given', async () => {
    const user = await users.create(newUser<User>());
    const aborted = database.dataSource.transaction(async (manager) => {
      const within = new TypeOrmUserAdapter(manager.getRepository(User));
      expect(await within.update(user.id, { isVerified: true })).toMatchObject({
        isVerified: true,
      });
      await within.create(newUser<User>({ canonicalEmail: 'gone@example.org' }));
      throw new Error('roll back');
    });
    await expect(aborted).rejects.toThrow('roll back');
    expect((await users.findById(user.id))?.isVerified).toBe(false);
    expect(await users.findByCanonicalEmail('gone@example.org')).toBeNull();
  });

  it('lets the application insert and save rows by its own repository', async () => {
    const repository = database.dataSource.getRepository(User);
    const { createdAt: _, updatedAt: __, ...columns } = newUser<User>();
    const { id } = await repository.save(repository.create(columns));
    const user = await users.findById(id);
    expect(Math.abs(user!.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(users.parseId(id)).toBe(id);
  });
});

it('takes an EntitySchema as well', async () => {
  const text = { type: 'varchar' } as const;
  const flag = { type: Boolean, default: false } as const;
  const schema = new EntitySchema<BaseUser<string> & { nickname?: string }>({
    name: 'schema_user',
    columns: {
      id: { type: 'uuid', primary: true },
      email: text,
      canonicalEmail: { ...text, unique: true },
      pendingEmail: { ...text, nullable: true },
      hashedPassword: { ...text, nullable: true },
      securityStamp: text,
      isActive: flag,
      isSuperuser: flag,
      isVerified: flag,
      createdAt: { type: Date },
      updatedAt: { type: Date },
      nickname: { ...text, nullable: true },
    },
  });
  const database = await createDatabase('better-sqlite3', [schema]);
  const users = new TypeOrmUserAdapter(database.dataSource.getRepository(schema));
  const user = await users.create(newUser({ nickname: 'ann' }));
  expect(user).toMatchObject({ nickname: 'ann', isActive: true });
  expect(await users.findById(user.id)).toEqual(user);
  expect(await users.update(user.id, { nickname: 'bea' })).toMatchObject({ nickname: 'bea' });
  expect(await users.delete(user.id)).toBe(true);
  await database.drop();
});

describe.each(servers)('64-bit ids on %s', (name) => {
  it('are texts', async () => {
    const database = await createDatabase(name, [BigUser]);
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(BigUser));
    const user = await users.create(newUser<BigUser>({ isSuperuser: true }));
    expect(user.id).toBe('1');
    expect(users.parseId('1')).toBe('1');
    expect(await users.findById('9223372036854775807')).toBeNull();
    expect(await users.update(user.id, { isVerified: true })).toMatchObject({ isVerified: true });
    for (let count = 0; count < 11; count++) await users.create(newUser<BigUser>());
    const after = await users.list({ after: '9', limit: 9 });
    expect(after.map(({ id }) => id)).toEqual(['10', '11', '12']);
    await expect(users.delete(user.id, { keepSuperuser: true })).rejects.toMatchObject({
      code: 'LAST_SUPERUSER',
    });
    await database.drop();
  });
});
