import {
  InvalidUserDataError,
  ServiceUnavailableError,
  UserAlreadyExistsError,
  type UsersError,
} from '@nestjs-users/core';
import { BadRequestException } from '@nestjs/common';
import { inspect } from 'node:util';
import {
  BeforeInsert,
  Check,
  Column,
  Entity,
  EntityMetadataNotFoundError,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  servers,
  type TestDatabase,
} from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

const CANARY = 'canary7f3a';

@Entity('error_teams')
class Team {
  @PrimaryColumn('int') id!: number;
}

@Entity('error_users')
@Check('CHK_even', 'age % 2 = 0')
class User extends BaseUserEntity {
  @Index({ unique: true })
  @Column({ type: 'varchar', length: 40, nullable: true, name: 'nick_name' })
  nickname?: string | null;

  @Column({ type: 'varchar', length: 40, unique: true, nullable: true })
  badge?: string | null;

  @Column({ type: 'varchar', length: 40, default: '' }) motto!: string;
  @Column({ type: 'smallint', default: 0 }) age!: number;
  @ManyToOne(() => Team, { nullable: true }) @JoinColumn({ name: 'team' }) team?: Team | null;

  @BeforeInsert() refuse(): void {
    if (this.motto === 'refuse') throw new BadRequestException('of the application');
  }
}

/** Nothing that could be logged may hold a value. */
async function failure(work: Promise<unknown>): Promise<UsersError> {
  const error = await work.then(
    () => expect.fail('must not succeed'),
    (thrown: unknown) => thrown as UsersError,
  );
  const shown = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)}`;
  expect(shown).not.toContain(CANARY);
  expect(shown).not.toMatch(/INSERT INTO|UPDATE .* SET|SELECT /);
  return error;
}

describe.each(databases)('errors of %s', (name) => {
  let database: TestDatabase;
  let users: TypeOrmUserAdapter<User>;

  const create = (columns: object) =>
    failure(users.create(newUser<User>({ hashedPassword: CANARY, ...columns })));
  const fields = (error: UsersError): string[] => {
    expect(error).toBeInstanceOf(InvalidUserDataError);
    return (error as InvalidUserDataError).errors.map(({ field }) => field);
  };

  beforeAll(async () => {
    database = await createDatabase(name, [User, Team as never]);
    users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    // TypeORM makes no check constraints on MariaDB.
    const check = 'ALTER TABLE error_users ADD CONSTRAINT CHK_even CHECK (age % 2 = 0)';
    if (name === 'mariadb') await database.dataSource.query(check);
  });
  afterAll(() => database.drop());

  it('RG-01, LO-02: a taken address is told as such, also where another column is taken too', async () => {
    const columns = { canonicalEmail: `${CANARY}@x.org`, email: CANARY, nickname: CANARY };
    const user = await users.create(newUser<User>(columns));
    expect(await create({ canonicalEmail: user.canonicalEmail })).toMatchObject({
      code: 'REGISTER_USER_ALREADY_EXISTS',
    });
    expect(await create(columns)).toBeInstanceOf(UserAlreadyExistsError);

    const other = await users.create(newUser<User>());
    const update = await failure(users.update(other.id, columns));
    expect(update).toBeInstanceOf(UserAlreadyExistsError);
    expect(update.code).toBe('UPDATE_USER_EMAIL_ALREADY_EXISTS');
  });

  it.each(['nickname', 'badge'])('LO-02: another unique column is named, %s', async (column) => {
    const value = `${CANARY}' for key 'motto'`;
    const { id, canonicalEmail } = await users.create(newUser<User>({ [column]: value }));
    expect(fields(await create({ [column]: value }))).toEqual([column]);

    const other = await users.create(newUser<User>());
    const changes = { [column]: value };
    expect(fields(await failure(users.update(other.id, changes)))).toEqual([column]);
    const own = { ...changes, canonicalEmail };
    expect(fields(await failure(users.update(id, { ...own, motto: CANARY.repeat(9) })))).toEqual([
      'motto',
    ]);
    expect(await users.update(id, own)).not.toBeNull();
  });

  it('LO-02: refused values become InvalidUserDataError, with the field where it can be told', async () => {
    expect(fields(await create({ motto: null }))).toEqual(['motto']);
    expect(fields(await create({ email: null }))).toEqual(['email']);
    expect(fields(await create({ email: undefined }))).toEqual(['email']);
    expect(fields(await create({ motto: CANARY.repeat(5) }))).toEqual(['motto']);
    expect(fields(await create({ motto: CANARY, age: 1 }))).toEqual(['']);
    const team = name === 'postgres' || name === 'mariadb' ? 'team' : '';
    expect(fields(await create({ motto: CANARY, team: { id: 404 } }))).toEqual([team]);
    const user = await users.create(newUser<User>());
    expect(fields(await failure(users.update(user.id, { email: null as never })))).toEqual([
      'email',
    ]);
  });

  it.runIf(name === 'postgres' || name === 'mariadb')(
    'LO-02: values out of range or of another form become InvalidUserDataError',
    async () => {
      for (const age of [100_000, CANARY, -1e9]) {
        expect(fields(await create({ age })).length).toBe(1);
      }
      if (name === 'postgres') expect(fields(await create({ motto: `${CANARY}\0` }))).toEqual(['']);
    },
  );

  it('keeps what the application throws on purpose, and mistakes of programmers', async () => {
    expect(await create({ motto: 'refuse' })).toBeInstanceOf(BadRequestException);
    expect(
      () =>
        new TypeOrmUserAdapter(database.dataSource.getRepository(class Unknown extends User {})),
    ).toThrow(EntityMetadataNotFoundError);
    const user = await users.create(newUser<User>());
    const changes = { motto: (() => CANARY) as never };
    expect(await failure(users.update(user.id, changes))).toBeInstanceOf(TypeError);
  });

  it('LO-02: a statement that the database does not understand is unavailability', async () => {
    const other = await database.connect();
    other.getMetadata(User).tablePath = 'error_users_that_are_not';
    const broken = new TypeOrmUserAdapter(other.getRepository(User));
    const canonicalEmail = `${CANARY}@x.org`;
    const error = await failure(broken.findByCanonicalEmail(canonicalEmail));
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect((error as ServiceUnavailableError).detail).toMatch(/^The database failed: \w+\.$/);
    const creation = broken.create(newUser<User>({ hashedPassword: CANARY, canonicalEmail }));
    expect(await failure(creation)).toBeInstanceOf(ServiceUnavailableError);
  });

  it('LO-02: a connection that is gone is unavailability', async () => {
    const other = await database.connect({ synchronize: true });
    const gone = new TypeOrmUserAdapter(other.getRepository(User));
    const { id } = await gone.create(newUser<User>());
    await other.destroy();
    const canonicalEmail = `${CANARY}@x.org`;
    for (const work of [
      () => gone.findById(id),
      () => gone.findByCanonicalEmail(canonicalEmail),
      () => gone.create(newUser<User>({ canonicalEmail })),
      () => gone.update(id, { hashedPassword: CANARY }),
      () => gone.delete(id, { keepSuperuser: true }),
    ]) {
      expect(await failure(work())).toBeInstanceOf(ServiceUnavailableError);
    }
  });
});

describe.each(servers)('a pool of %s that is exhausted', (name) => {
  const extra = {
    postgres: { connectionTimeoutMillis: 200 },
    mariadb: { waitForConnections: false },
  }[name];

  it('LO-02: is unavailability', async () => {
    const database = await createDatabase(name, [User, Team as never], { poolSize: 1, extra });
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const runner = database.dataSource.createQueryRunner();
    await runner.connect();
    expect(await failure(users.findByCanonicalEmail(`${CANARY}@x.org`))).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      detail: expect.stringMatching(/timeout exceeded|No connections/),
    });
    await runner.release();
    expect(await users.findByCanonicalEmail('a@x.org')).toBeNull();
    await database.drop();
  });
});
