import { ServiceUnavailableError } from '@nestjs-users/core';
import { type DataSource, Entity } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { boundRequest, spendTime } from './database-time.js';
import { createDatabase, newUser, servers, type TestDatabase } from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

describe('the time that the database may keep a request waiting', () => {
  /** A call that takes so long; answers how long it might have taken. */
  const call = (milliseconds: number) =>
    spendTime(1000, async (limit) => {
      await sleep(milliseconds);
      return limit;
    });

  it('is what is left of it, and at most what a statement may take', async () => {
    expect(await call(0)).toBe(1000);
    const limits = await boundRequest(1050, 0, async () => [
      await call(100),
      await call(0),
      await call(0),
    ]);
    expect(limits[0]).toBe(1000);
    expect(limits[1]).toBeLessThanOrEqual(951);
    expect(limits[2]).toBeLessThanOrEqual(limits[1]!);
  });

  it('is not spent by anything else, and not twice by what happens at once', async () => {
    const limit = await boundRequest(500, 0, async () => {
      await sleep(200);
      await Promise.all([call(100), call(100), call(100)]);
      return call(0);
    });
    expect(limit).toBeLessThanOrEqual(401);
    expect(limit).toBeGreaterThan(250);
  });

  it('is never below nothing, and is over with the request', async () => {
    let late: Promise<number> | undefined;
    const limit = await boundRequest(20, 0, async () => {
      await call(50);
      late = sleep(50).then(() => call(0));
      return call(0);
    });
    expect(limit).toBe(0);
    expect(await late).toBe(1000);
  });
});

/** From now on, each new row takes so many seconds. */
async function slowDown(dataSource: DataSource, seconds: number): Promise<void> {
  const { tablePath } = dataSource.getMetadata(User);
  const isPostgres = dataSource.options.type === 'postgres';
  const schema = tablePath.split('.')[0]!;
  const trigger = `CREATE TRIGGER slow BEFORE INSERT ON ${tablePath} FOR EACH ROW`;
  if (!isPostgres) {
    await dataSource.query(`${trigger} DO SLEEP(${seconds})`);
    return;
  }
  const body = `BEGIN PERFORM pg_sleep(${seconds}); RETURN NEW; END`;
  await dataSource.query(
    `CREATE FUNCTION ${schema}.slow() RETURNS trigger LANGUAGE plpgsql AS $$ ${body} $$`,
  );
  await dataSource.query(`${trigger} EXECUTE FUNCTION ${schema}.slow()`);
}

@Entity('timed_users')
class User extends BaseUserEntity {}

describe.each(servers)('R-04: a request on %s', (name) => {
  let database: TestDatabase;
  let users: TypeOrmUserAdapter<User>;
  beforeAll(async () => {
    // What is not given back is missed at once.
    database = await createDatabase(name, [User], { poolSize: 1 });
    const repository = database.dataSource.getRepository(User);
    users = new TypeOrmUserAdapter(repository, { timeoutSeconds: 0.8 });
  });
  afterAll(() => database.drop());
  const SLOW = name === 'postgres' ? 'SELECT pg_sleep(0.5)' : 'SELECT SLEEP(0.5)';

  const ID = name === 'postgres' ? 'pg_backend_pid()' : 'CONNECTION_ID()';
  /** Which connection it is: the pool has one. */
  const connection = async (): Promise<unknown> =>
    (await database.dataSource.query(`SELECT ${ID} AS id`))[0].id;

  it('does not wait longer by many statements than by one, and leaves nothing half done', async () => {
    const user = newUser<User>();
    const start = performance.now();
    const outcome = users.bounded(() =>
      users.transaction(async ({ adapter, handle }) => {
        await adapter.create(user);
        for (let n = 0; n < 9; n++) await handle.query(SLOW);
      }),
    );
    await expect(outcome).rejects.toThrow(ServiceUnavailableError);
    expect(performance.now() - start).toBeLessThan(1500);
    expect(await users.findByCanonicalEmail(user.canonicalEmail)).toBeNull();
  });

  it('has less time, where it has waited before', async () => {
    const slow = () =>
      users.bounded(() => users.transaction(({ handle }) => handle.query(SLOW)), {
        waitedMs: 500,
      });
    await expect(slow()).rejects.toThrow(ServiceUnavailableError);
    await expect(users.bounded(() => users.list({ limit: 1 }), { waitedMs: 9000 })).rejects.toThrow(
      ServiceUnavailableError,
    );
    expect(await users.bounded(() => users.list({ limit: 1 }))).toEqual([]);
  });

  it('that only reads is over in time, whatever is still under way', async () => {
    const slow = () => users.transaction(({ handle }) => handle.query(SLOW));
    const twice = () => slow().then(slow);
    const start = performance.now();
    const outcome = users.bounded(twice, { onlyReads: true });
    await expect(outcome).rejects.toThrow(ServiceUnavailableError);
    expect(performance.now() - start).toBeLessThan(990);
    expect(await users.bounded(slow, { onlyReads: true })).toHaveLength(1);
  });

  it('that has no time left costs no connection', async () => {
    const before = await connection();
    const { id, canonicalEmail } = newUser<User>({ id: crypto.randomUUID() }) as unknown as User;
    const calls = [
      () => users.findById(id),
      () => users.findByCanonicalEmail(canonicalEmail),
      () => users.list({ limit: 1 }),
      () => users.create(newUser<User>()),
      () => users.delete(id),
      () => users.transaction(({ handle }) => handle.query('SELECT 1')),
    ];
    for (const call of calls) {
      await expect(users.bounded(call, { waitedMs: 9000 })).rejects.toThrow(
        ServiceUnavailableError,
      );
    }
    expect(await connection()).toBe(before);
  });

  it('does not begin to write what it had no time to finish', async () => {
    const user = newUser<User>();
    const outcome = users.bounded(async () => {
      await users.transaction(({ handle }) => handle.query(SLOW));
      return users.create(user);
    });
    await expect(outcome).rejects.toThrow(ServiceUnavailableError);
    expect(await users.findByCanonicalEmail(user.canonicalEmail)).toBeNull();
  });

  it('goes on to its end once it has written: its answer is to say so', async () => {
    const [first, second] = [newUser<User>(), newUser<User>()];
    await users.bounded(async () => {
      await users.create(first);
      await users.transaction(({ handle }) => handle.query(SLOW));
      await users.transaction(({ handle }) => handle.query(SLOW));
      await users.create(second);
    });
    for (const { canonicalEmail } of [first, second]) {
      expect(await users.findByCanonicalEmail(canonicalEmail)).toMatchObject({ canonicalEmail });
    }
  });

  it('leaves a connection alone that comes too late to be used', async () => {
    const before = await connection();
    const holder = database.dataSource.createQueryRunner();
    await holder.connect();
    const waiting = Promise.allSettled([
      users.findById(crypto.randomUUID() as User['id']),
      users.list({ limit: 1 }),
      users.bounded(() => users.create(newUser<User>())),
    ]);
    // A fortieth of the time is left to them.
    await sleep(780);
    await holder.release();
    expect((await waiting).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(await connection()).toBe(before);
  });

  it('finishes what it has begun to write, and hears so', async () => {
    await slowDown(database.dataSource, 0.65);
    const user = newUser<User>();
    // By what is known, the time that is left is enough.
    const created = await users.bounded(async () => {
      await users.transaction(({ handle }) => handle.query(SLOW.replace('0.5', '0.2')));
      return users.create(user);
    });
    expect(await users.findById(created.id)).toEqual(created);
  });

  it('control: without a bound, each statement has all the time', async () => {
    const work = users.transaction(async ({ handle }) => {
      for (let n = 0; n < 3; n++) await handle.query(SLOW);
      return 'done';
    });
    expect(await work).toBe('done');
  });
});
