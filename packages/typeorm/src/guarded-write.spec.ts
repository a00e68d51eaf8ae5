import { LastSuperuserError } from '@nestjs-users/core';
import { Entity } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

@Entity('guarded_users')
class User extends BaseUserEntity {}

type Adapter = TypeOrmUserAdapter<User>;

const keepSuperuser = true;
const LOSSES: ((users: Adapter, id: string) => Promise<unknown>)[] = [
  (users, id) => users.update(id, { isSuperuser: false }, { keepSuperuser }),
  (users, id) => users.update(id, { isActive: false }, { keepSuperuser }),
  (users, id) => users.delete(id, { keepSuperuser }),
];

const superuser = (columns: object = {}) => newUser<User>({ isSuperuser: true, ...columns });

async function activeSuperusers(users: Adapter): Promise<User[]> {
  return users.list({ limit: 100, where: { isSuperuser: true, isActive: true } });
}

describe.each(databases)('guarded writes on %s', (name) => {
  const isServer = name === 'postgres' || name === 'mariadb';
  const log = new QueryLog();
  let database: TestDatabase;
  let users: Adapter;
  let others: Adapter;

  beforeAll(async () => {
    database = await createDatabase(name, [User]);
    users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const other = isServer ? await database.connect({ logger: log }) : database.dataSource;
    others = new TypeOrmUserAdapter(other.getRepository(User));
  });
  beforeEach(async () => {
    await database.dataSource.getRepository(User).clear();
  });
  afterAll(() => database.drop());

  it('AC-10: of two superusers who remove each other one stays, 30 times', async () => {
    for (let round = 0; round < 30; round++) {
      await database.dataSource.getRepository(User).clear();
      const [one, two] = [await users.create(superuser()), await users.create(superuser())];
      const outcomes = await Promise.allSettled([
        LOSSES[round % 3]!(users, one.id),
        LOSSES[Math.floor(round / 3) % 3]!(others, two.id),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toBeInstanceOf(LastSuperuserError);
      }
      expect(await activeSuperusers(users)).toHaveLength(1);
    }
  });

  it('AC-10: of twelve superusers who leave at once one stays, and none is turned away in vain', async () => {
    const rows = await Promise.all(Array.from({ length: 12 }, () => users.create(superuser())));
    const outcomes = await Promise.allSettled(
      rows.map(({ id }, index) => LOSSES[index % 3]!(index % 2 ? users : others, id)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    expect(await activeSuperusers(users)).toHaveLength(1);
  });

  it('AC-14: an update never brings a row back, nor fails because it is gone', async () => {
    for (let round = 0; round < 30; round++) {
      const { id } = await users.create(newUser<User>());
      const [isDeleted] = await Promise.all([
        users.delete(id),
        others.update(id, { isActive: false }, { keepSuperuser }),
      ]);
      expect(isDeleted).toBe(true);
      expect(await users.findById(id)).toBeNull();
    }
  });

  it('lets one of ten writers with one expectation through, superusers or not', async () => {
    for (const columns of [{}, { isSuperuser: true }]) {
      await users.create(superuser());
      const { id, securityStamp } = await users.create(newUser<User>(columns));
      const rows = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? users : others).update(
            id,
            { securityStamp: `${index}`.repeat(32), isActive: false },
            { keepSuperuser, expected: { securityStamp } },
          ),
        ),
      );
      const [winner, ...more] = rows.filter((row) => row !== null);
      expect(more).toEqual([]);
      expect(await users.findById(id)).toEqual(winner);
    }
  });

  it('RG-01: of ten spellings registered at once one wins, the others hear that it is taken', async () => {
    const { canonicalEmail } = newUser<User>();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? users : others).create(newUser<User>({ canonicalEmail })),
      ),
    );
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'ok',
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'REGISTER_USER_ALREADY_EXISTS')).toHaveLength(9);
  });

  it('judges expectations before superusers', async () => {
    const { id } = await users.create(superuser());
    const options = { keepSuperuser, expected: { securityStamp: 'other' } };
    expect(await users.update(id, { isSuperuser: false }, options)).toBeNull();
    expect(await users.delete(id, options)).toBe(false);
    expect(await users.delete(id, { expected: { securityStamp: undefined } })).toBe(false);
  });

  it.runIf(isServer)('locks nobody for users who are no superusers', async () => {
    const { id } = await users.create(newUser<User>());
    log.statements.length = 0;
    await others.update(id, { isActive: false }, { keepSuperuser });
    await others.delete(id, { keepSuperuser });
    expect(log.statements.filter((statement) => /FOR UPDATE|TRANSACTION/.test(statement))).toEqual(
      [],
    );
  });
});

describe.each(servers)('a write on %s', (name) => {
  it('gets along with a pool of one connection', async () => {
    const database = await createDatabase(name, [User], { poolSize: 1 });
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const rows = await Promise.all(Array.from({ length: 6 }, () => users.create(superuser())));
    const { canonicalEmail } = rows[0]!;
    const outcomes = await Promise.allSettled([
      ...rows.map(({ id }, index) => LOSSES[index % 3]!(users, id)),
      users.create(superuser({ canonicalEmail })),
      users.findById(rows[5]!.id),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      const { code } = outcome.reason as { code: string };
      expect(code).toMatch(/^(LAST_SUPERUSER|REGISTER_USER_ALREADY_EXISTS)$/);
    }
    expect((await activeSuperusers(users)).length).toBeGreaterThan(0);
    await database.drop();
  });
});

describe.runIf(servers.includes('mariadb'))('a driver that counts changed rows', () => {
  it('does not make a write of equal values look like a lost race', async () => {
    const database = await createDatabase('mariadb', [User], { flags: ['-FOUND_ROWS'] });
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const user = await users.create(newUser<User>());
    const { id, securityStamp, updatedAt } = user;
    const changes = { isActive: true, updatedAt };
    for (const options of [{}, { keepSuperuser }, { expected: { securityStamp } }]) {
      expect(await users.update(id, changes, options)).toEqual(user);
    }
    const expected = { securityStamp: 'other' };
    expect(await users.update(id, changes, { expected })).toBeNull();
    await users.delete(id);
    expect(await users.update(id, changes)).toBeNull();
    await database.drop();
  });
});
