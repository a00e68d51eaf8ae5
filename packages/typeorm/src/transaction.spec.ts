import { ServiceUnavailableError, UserAlreadyExistsError } from '@nestjs-users/core';
import { AsyncResource } from 'node:async_hooks';
import {
  Column,
  Entity,
  type EntityManager,
  EventSubscriber,
  type EntitySubscriberInterface,
  type InsertEvent,
  PrimaryColumn,
  QueryFailedError,
} from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import {
  createDatabase,
  databases,
  newUser,
  servers,
  type TestDatabase,
} from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

@Entity('transaction_users')
class User extends BaseUserEntity {
  @Column({ type: 'varchar', length: 20, nullable: true, unique: true }) nickname?: string | null;
}

@Entity('transaction_staff')
class Employee extends BaseUserEntity {}

@Entity('transaction_profiles')
class Profile {
  @PrimaryColumn('varchar', { length: 60 }) userId!: string;
}

const entities = [User, Employee, Profile as never];
const profileOf = (userId: string): Profile => Object.assign(new Profile(), { userId });

describe.each(databases)('transactions on %s', (name) => {
  let database: TestDatabase;
  let users: TypeOrmUserAdapter<User>;

  // One connection must do: whoever asks for a second one inside of a transaction waits for ever.
  beforeAll(async () => {
    database = await createDatabase(name, entities, { poolSize: 1 });
    users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
  });
  afterAll(() => database.drop());

  const profiles = (): Promise<number> => database.dataSource.getRepository(Profile).count();
  const quoted = (sql: string): string => (name === 'mariadb' ? sql.replaceAll('"', '`') : sql);

  it('write rows of the application together with the user, or none of both', async () => {
    const before = await profiles();
    const user = await users.transaction(async ({ adapter, handle }) => {
      const created = await adapter.create(newUser<User>());
      await handle.insert(Profile, profileOf(created.id));
      return created;
    });
    expect(await users.findById(user.id)).toEqual(user);
    expect(await profiles()).toBe(before + 1);

    const refusal = new Error('no');
    const outcome = users.transaction(async ({ adapter, handle }) => {
      await adapter.delete(user.id);
      await handle.delete(Profile, { userId: user.id });
      throw refusal;
    });
    await expect(outcome).rejects.toBe(refusal);
    expect(await users.findById(user.id)).toEqual(user);
    expect(await profiles()).toBe(before + 1);
  });

  it('throw what a statement of the application throws, as it is', async () => {
    const { canonicalEmail } = newUser<User>();
    await database.dataSource.getRepository(Profile).insert(profileOf('taken'));
    const outcome = users.transaction(async ({ adapter, handle }) => {
      await adapter.create(newUser<User>({ canonicalEmail }));
      await handle.insert(Profile, profileOf('taken'));
    });
    await expect(outcome).rejects.toThrow(QueryFailedError);
    expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
  });

  it('commit nothing by halves where an error was swallowed', async () => {
    const outcome = users.transaction(async ({ adapter, handle }) => {
      const user = await adapter.create(newUser<User>());
      await handle.insert(Profile, profileOf('taken')).catch(() => undefined);
      return user;
    });
    if (name !== 'postgres') {
      // Here a statement that failed has not taken anything else with it.
      expect(await users.findById((await outcome).id)).not.toBeNull();
    } else {
      await expect(outcome).rejects.toThrow(/its error was swallowed.*handle\.transaction/);
    }
  });

  it.runIf(servers.includes(name as never)).each(['let out', 'swallowed'])(
    'are unavailable where a statement of the application meets the end of the connection, %s (R-02)',
    async (how) => {
      const { canonicalEmail } = newUser<User>();
      const outcome = users.transaction(async ({ adapter, handle }) => {
        await adapter.create(newUser<User>({ canonicalEmail }));
        const statement = handle.query(
          name === 'postgres'
            ? 'SELECT pg_terminate_backend(pg_backend_pid())'
            : 'KILL CONNECTION CONNECTION_ID()',
        );
        await (how === 'swallowed' ? statement.catch(() => undefined) : statement);
      });
      await expect(outcome).rejects.toThrow(ServiceUnavailableError);
      expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
    },
  );

  it.runIf(name === 'postgres')(
    'are unavailable where TypeORM has heard of the end of the connection before (R-02)',
    async () => {
      const outcome = users.transaction(async ({ adapter, handle }) => {
        const [row] = await handle.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
        const other = await database.connect();
        await other.query('SELECT pg_terminate_backend($1)', [row?.pid]);
        while (handle.queryRunner?.isReleased === false) await new Promise(setImmediate);
        await handle.insert(Profile, profileOf('nobody'));
        return adapter;
      });
      await expect(outcome).rejects.toThrow(ServiceUnavailableError);
    },
  );

  it('tell which of two unique columns is taken, and go on', async () => {
    const taken = await users.create(newUser<User>({ nickname: `n${Math.random()}`.slice(0, 20) }));
    const { nickname, canonicalEmail } = taken;
    const user = await users.transaction(async ({ adapter }) => {
      await expect(adapter.create(newUser<User>({ nickname }))).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        errors: [{ field: 'nickname' }],
      });
      const both = newUser<User>({ nickname, canonicalEmail });
      await expect(adapter.create(both)).rejects.toThrow(UserAlreadyExistsError);
      return adapter.create(newUser<User>());
    });
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('say the same in a transaction that somebody else has begun', async () => {
    const { nickname } = await users.create(newUser<User>({ nickname: 'somebody' }));
    const outcome = database.dataSource.transaction(async (manager) => {
      const within = new TypeOrmUserAdapter(manager.getRepository(User));
      await within.transaction(({ adapter }) => adapter.create(newUser<User>({ nickname })));
    });
    await expect(outcome).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ field: 'nickname' }],
    });
    const { canonicalEmail } = newUser<User>();
    const aborted = database.dataSource.transaction(async (manager) => {
      const within = new TypeOrmUserAdapter(manager.getRepository(User));
      await within.transaction(({ adapter }) => adapter.create(newUser<User>({ canonicalEmail })));
      throw new Error('roll back');
    });
    await expect(aborted).rejects.toThrow('roll back');
    expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
  });

  it('take all adapters of their data source along', async () => {
    const staff = new TypeOrmUserAdapter(database.dataSource.getRepository(Employee));
    const ids = { user: '', employee: '' };
    const outcome = users.transaction(async ({ handle }) => {
      ids.user = (await users.create(newUser<User>())).id;
      ids.employee = (await staff.create(newUser<Employee>())).id;
      await staff.transaction(({ adapter }) => adapter.update(ids.employee, { isVerified: true }));
      expect(await staff.findById(ids.employee)).toMatchObject({ isVerified: true });
      expect(await handle.countBy(User, { id: ids.user })).toBe(1);
      throw new Error('roll back');
    });
    await expect(outcome).rejects.toThrow('roll back');
    expect(await users.findById(ids.user)).toBeNull();
    expect(await staff.findById(ids.employee)).toBeNull();
  });

  it('find their way back where the asynchronous context is lost', async () => {
    const outside = new AsyncResource('outside');
    const { canonicalEmail } = newUser<User>();
    const outcome = users.transaction(async ({ adapter }) => {
      await outside.runInAsyncScope(() => adapter.create(newUser<User>({ canonicalEmail })));
      expect(await adapter.findByCanonicalEmail(canonicalEmail)).not.toBeNull();
      throw new Error('roll back');
    });
    await expect(outcome).rejects.toThrow('roll back');
    expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
  });

  it('undo calls that nobody has awaited, and refuse those that come later', async () => {
    const columns = Array.from({ length: 5 }, () => newUser<User>());
    let calls: Promise<unknown>[] = [];
    let settled!: Promise<PromiseSettledResult<unknown>[]>;
    const outcome = users.transaction(async ({ adapter }) => {
      calls = columns.map((column) => adapter.create(column));
      settled = Promise.allSettled(calls);
      await calls[0];
      throw new Error('too early');
    });
    await expect(outcome).rejects.toThrow('too early');
    const refused = (await settled).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(3);
    for (const { canonicalEmail } of columns) {
      expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
    }
    const late = await users.transaction(async ({ adapter }) => adapter);
    await expect(late.create(newUser<User>())).rejects.toThrow('The transaction is over.');
    await expect(late.findById(newUser<User>().email)).rejects.toThrow('The transaction is over.');
  });

  it('let concurrent calls inside of them fail one by one', async () => {
    const { canonicalEmail } = await users.create(newUser<User>());
    const outcomes = await users.transaction(({ adapter }) =>
      Promise.allSettled(
        [{}, { canonicalEmail }, {}, { canonicalEmail }].map((columns) =>
          adapter.create(newUser<User>(columns)),
        ),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') {
        expect(await users.findById(outcome.value.id)).toEqual(outcome.value);
      }
    }
  });

  it('let a subscriber call the adapter in the middle of a write', async () => {
    let seen: User | null = null;
    @EventSubscriber()
    class Greeter implements EntitySubscriberInterface<User> {
      listenTo = (): typeof User => User;
      async beforeInsert({ entity }: InsertEvent<User>): Promise<void> {
        seen = await users.findByCanonicalEmail(entity.canonicalEmail);
      }
    }
    const { subscribers } = database.dataSource;
    subscribers.push(new Greeter());
    const user = await users.transaction(({ adapter }) => adapter.create(newUser<User>()));
    subscribers.pop();
    expect(seen).toBeNull();
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('begin anew after one that the database has ended itself', async () => {
    const end = (manager: EntityManager): Promise<unknown> => manager.query('ROLLBACK');
    const outcome = users.transaction(async ({ adapter, handle }) => {
      await adapter.create(newUser<User>());
      await end(handle);
      throw new Error('ended');
    });
    await expect(outcome).rejects.toThrow('ended');
    const { canonicalEmail } = newUser<User>();
    const next = users.transaction(async ({ adapter }) => {
      await adapter.create(newUser<User>({ canonicalEmail }));
      throw new Error('roll back');
    });
    await expect(next).rejects.toThrow('roll back');
    expect(await users.findByCanonicalEmail(canonicalEmail)).toBeNull();
  });

  it('lose no registration to the rollbacks of others', async () => {
    const registrations = Array.from({ length: 40 }, async (_, index) => {
      if (index % 4 > 0) return users.create(newUser<User>());
      const outcome = users.transaction(async ({ adapter, handle }) => {
        const { id } = await adapter.create(newUser<User>());
        await handle.insert(Profile, profileOf(id));
        if (index % 8 > 0) throw new Error('roll back');
        return adapter.update(id, { isVerified: true });
      });
      return outcome.catch(() => null);
    });
    const before = await profiles();
    const kept = (await Promise.all(registrations)).filter((user) => user !== null);
    expect(kept).toHaveLength(35);
    for (const user of kept) expect(await users.findById(user.id)).toEqual(user);
    expect((await profiles()) - before).toBeLessThanOrEqual(5);
    const sql = 'SELECT "userId" FROM "transaction_profiles" WHERE "userId" <> \'taken\'';
    const schema = (database.dataSource.options as { schema?: string }).schema;
    const rows = await database.dataSource.query<{ userId: string }[]>(
      quoted(schema ? sql.replace('FROM ', `FROM "${schema}".`) : sql),
    );
    for (const { userId } of rows) expect(await users.findById(userId)).not.toBeNull();
  });
});

describe.each(servers)('transactions that are in each other’s way, %s', (name) => {
  it('run again as a whole, and both succeed', async () => {
    const database = await createDatabase(name, entities);
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const [a, b] = [await users.create(newUser<User>()), await users.create(newUser<User>())];
    let runs = 0;
    let arrived = 0;
    let meet!: () => void;
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const crossing = (first: User, second: User, column: 'isVerified' | 'isActive') =>
      users.transaction(async ({ adapter, handle }) => {
        runs++;
        const { id } = await adapter.create(newUser<User>());
        await handle.insert(Profile, profileOf(id));
        await adapter.update(first.id, { [column]: column === 'isVerified' });
        if (++arrived === 2) meet();
        await both;
        await adapter.update(second.id, { [column]: column === 'isVerified' });
      });
    await Promise.all([crossing(a, b, 'isVerified'), crossing(b, a, 'isActive')]);
    expect(runs).toBe(3);
    for (const { id } of [a, b]) {
      expect(await users.findById(id)).toMatchObject({ isVerified: true, isActive: false });
    }
    expect(await users.list({ limit: 9 })).toHaveLength(4);
    expect(await database.dataSource.getRepository(Profile).count()).toBe(2);
    await database.drop();
  });

  it('are not committed by work that swallows the conflict', async () => {
    const database = await createDatabase(name, entities);
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    const conflict = name === 'postgres' ? '40001' : 'ER_LOCK_DEADLOCK';
    const fail = (): never => {
      throw new QueryFailedError('', [], Object.assign(new Error('conflict'), { code: conflict }));
    };
    let runs = 0;
    const user = await users.transaction(async ({ adapter, handle }) => {
      const query = vi.spyOn(handle.queryRunner!, 'query');
      if (++runs < 3) query.mockImplementationOnce(fail);
      await adapter
        .update('00000000-0000-7000-8000-000000000000', { isActive: true })
        .catch(() => 0);
      query.mockRestore();
      if (runs < 3) {
        const more = adapter.create(newUser<User>());
        await expect(more).rejects.toThrow(ServiceUnavailableError);
        return null;
      }
      return adapter.create(newUser<User>());
    });
    expect(runs).toBe(3);
    expect(await users.list({ limit: 9 })).toEqual([user]);

    const always = users.transaction(async ({ adapter }) => {
      await adapter.create(newUser<User>());
      fail();
    });
    await expect(always).rejects.toThrow(ServiceUnavailableError);
    expect(await users.list({ limit: 9 })).toEqual([user]);
    await database.drop();
  });
});

describe('an SQLite transaction that does not end', () => {
  afterEach(() => vi.useRealTimers());

  it('lets others wait for half a minute, and then fail; nothing is lost', async () => {
    const database = await createDatabase('better-sqlite3', entities);
    const users = new TypeOrmUserAdapter(database.dataSource.getRepository(User));
    let end!: () => void;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let begun!: () => void;
    const open = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const long = users.transaction(async ({ adapter }) => {
      const user = await adapter.create(newUser<User>());
      begun();
      await ended;
      return user;
    });
    await open;
    vi.useFakeTimers();
    const waiting = [users.create(newUser<User>()), users.transaction(async () => 1)].map((call) =>
      call.catch((error: unknown) => error),
    );
    await vi.advanceTimersByTimeAsync(29_000);
    const patient = users.create(newUser<User>());
    await vi.advanceTimersByTimeAsync(1_000);
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
    end();
    expect(await users.findById((await long).id)).toEqual(await long);
    expect(await users.list({ limit: 9 })).toEqual([await long, await patient]);
    await database.drop();
  });
});
