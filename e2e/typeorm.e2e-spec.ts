import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import {
  type BaseUser,
  InvalidUserDataError,
  type NewUser,
  ServiceUnavailableError,
  UserAlreadyExistsError,
} from '@nestjs-users/core';
import { BaseUserEntity, TypeOrmUserAdapter } from '@nestjs-users/typeorm';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  Entity,
  type EntityTarget,
  Index,
  type ObjectLiteral,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSharedDatabase,
  type DatabaseName,
  databases,
  type TestDatabase,
} from './harness/databases.js';

/** A table of somebody else, with names of its own. */
@Entity('members')
class Member implements BaseUser<number> {
  @PrimaryGeneratedColumn({ name: 'member_id' }) id!: number;
  @Column({ type: 'varchar', length: 254, name: 'mail' }) email!: string;
  @Index({ unique: true })
  @Column({ type: 'varchar', length: 320, name: 'mail_canonical' })
  canonicalEmail!: string;
  @Column({ type: 'varchar', length: 255, nullable: true, name: 'pw' })
  hashedPassword?: string | null;
  @Column({ type: 'varchar', length: 32, name: 'stamp' }) securityStamp?: string;
  @Column({ type: Boolean, default: true, name: 'active' }) isActive!: boolean;
  @Column({ type: Boolean, default: false, name: 'super' }) isSuperuser!: boolean;
  @Column({ type: Boolean, default: false, name: 'verified' }) isVerified!: boolean;
  @Column({ type: Date, precision: 3, name: 'created' }) createdAt!: Date;
  @Column({ type: Date, precision: 3, name: 'updated' }) updatedAt!: Date;
  @Index({ unique: true })
  @Column({ type: 'varchar', length: 20, nullable: true, name: 'nick' })
  nickname?: string | null;
  @Column({ type: 'int', nullable: true }) age?: number | null;
}

@Entity('users')
class User extends BaseUserEntity {}

/** The table that the documented migration begins with. */
@Entity('users')
class OldUser {
  @PrimaryColumn({ type: 'varchar', length: 36 }) id!: string;
  @Column({ type: 'varchar', length: 254 }) email!: string;
}

const CANARY = 'CANARY';
let counter = 0;

function newRow(values: Partial<Member> = {}): NewUser<Member> {
  const email = `user${++counter}@example.org`;
  const now = new Date();
  return {
    email,
    canonicalEmail: email,
    hashedPassword: `$hash$${CANARY}`,
    securityStamp: counter.toString(16).padStart(32, '0'),
    isActive: true,
    isSuperuser: false,
    isVerified: false,
    createdAt: now,
    updatedAt: now,
    ...values,
  } as NewUser<Member>;
}

describe.each(databases)('TypeOrmUserAdapter on %s', (name: DatabaseName) => {
  let database: TestDatabase;
  const open: DataSource[] = [];
  const statements: { text: string; parameters: unknown[] }[] = [];

  /** One connection, and a log of its statements. */
  async function connect(
    entity: EntityTarget<ObjectLiteral>,
    synchronize = true,
  ): Promise<DataSource> {
    const log = (text: string, parameters: unknown[] = []): void =>
      void statements.push({ text, parameters });
    const options = {
      ...database.options,
      extra: { ...(database.options as { extra?: object }).extra, max: 1, connectionLimit: 1 },
    } as DataSourceOptions;
    const source = await new DataSource({
      ...options,
      entities: [entity as never],
      synchronize,
      logging: ['query'],
      logger: {
        logQuery: log,
        logQueryError() {},
        logQuerySlow() {},
        logSchemaBuild() {},
        logMigration() {},
        log() {},
      },
    } as DataSourceOptions).initialize();
    open.push(source);
    return source;
  }

  beforeAll(async () => {
    database = await createSharedDatabase(name);
  });
  afterAll(async () => {
    await Promise.all(open.map((source) => source.destroy()));
    await database.drop();
  });

  describe('with names of its own', () => {
    let source: DataSource;
    let adapter: TypeOrmUserAdapter<Member>;
    beforeAll(async () => {
      source = await connect(Member);
      adapter = new TypeOrmUserAdapter(source.getRepository(Member));
    });

    /** The statements of some work. */
    async function during(work: () => Promise<unknown>): Promise<typeof statements> {
      statements.length = 0;
      await work();
      return [...statements];
    }

    it('looks up by id and by address in one indexed query each', async () => {
      const { id, canonicalEmail } = await adapter.create(newRow());
      const byId = await during(() => adapter.findById(id));
      const byEmail = await during(() => adapter.findByCanonicalEmail(canonicalEmail));
      expect(byId).toHaveLength(1);
      expect(byEmail).toHaveLength(1);
      const explain = { sqlite: 'EXPLAIN QUERY PLAN', postgres: 'EXPLAIN', mariadb: 'EXPLAIN' }[
        name
      ];
      if (name === 'postgres') await source.query('SET enable_seqscan = off');
      for (const statement of [...byId, ...byEmail]) {
        const plan = inspect(
          await source.query(`${explain} ${statement.text}`, statement.parameters),
        );
        expect(plan).toMatch(/USING (INTEGER PRIMARY KEY|INDEX)|Index Scan|'(const|ref|eq_ref)'/);
      }
    });

    it('IN-09: asks nothing for undefined, null and what no id can be', async () => {
      await adapter.create(newRow());
      for (const value of [
        undefined,
        null,
        Number.NaN,
        0,
        -1,
        1.5,
        '',
        '1',
        {},
        [],
        [1],
        { like: '%' },
      ]) {
        const asked = await during(async () => {
          expect(await adapter.findById(value as number)).toBeNull();
          expect(await adapter.update(value as number, { isActive: false })).toBeNull();
          expect(await adapter.delete(value as number)).toBe(false);
        });
        expect(asked).toEqual([]);
      }
      for (const value of [undefined, null, 0, true, '', {}, [], 'ä@x.org', 'a\0@x.org']) {
        expect(await during(() => adapter.findByCanonicalEmail(value as string))).toEqual([]);
      }
      await expect(
        adapter.list({ limit: 10, where: { canonicalEmail: {} as string } }),
      ).rejects.toThrow(TypeError);
    });

    it('AC-07: reads canonical ids within the range of the column only', () => {
      expect(adapter.parseId('2147483647')).toBe(2147483647);
      for (const text of [
        '2147483648',
        '0',
        '-1',
        '01',
        '+1',
        ' 1',
        '1 ',
        '1e3',
        '0x1',
        '1.0',
        '٣',
        '9'.repeat(40),
        '9'.repeat(10_000),
        'abc',
        '',
        1,
        null,
      ]) {
        expect(adapter.parseId(text)).toBeUndefined();
      }
    });

    it('RG-02: a second row with one canonical address fails in the database itself', async () => {
      const row = await adapter.create(newRow());
      await expect(
        source
          .getRepository(Member)
          .insert(newRow({ canonicalEmail: row.canonicalEmail }) as never),
      ).rejects.toThrow();
      await expect(adapter.create(newRow({ canonicalEmail: row.canonicalEmail }))).rejects.toThrow(
        UserAlreadyExistsError,
      );
    });

    it('RG-04: the collation finds nobody else', async () => {
      const jose = await adapter.create(newRow({ canonicalEmail: 'jose@x.org' }));
      const accented = await adapter.create(newRow({ canonicalEmail: 'jos%c3%a9@x.org' }));
      expect(accented.id).not.toBe(jose.id);
      for (const other of [
        'JOSE@x.org',
        'josé@x.org',
        'jose@x.org ',
        'jose@x.org%',
        'jose_x.org',
      ]) {
        expect(await adapter.findByCanonicalEmail(other)).toBeNull();
        expect(await adapter.list({ limit: 10, where: { canonicalEmail: other } })).toEqual([]);
      }
    });

    it('another unique column and refused values are errors of the data', async () => {
      await adapter.create(newRow({ nickname: 'nick' }));
      await expect(adapter.create(newRow({ nickname: 'nick' }))).rejects.toThrow(
        InvalidUserDataError,
      );
      await expect(adapter.create(newRow({ email: null as never }))).rejects.toThrow(
        InvalidUserDataError,
      );
      // SQLite keeps what it is given.
      if (name !== 'sqlite') {
        await expect(adapter.create(newRow({ nickname: 'x'.repeat(21) }))).rejects.toThrow(
          InvalidUserDataError,
        );
        await expect(adapter.create(newRow({ age: 1e12 }))).rejects.toThrow(InvalidUserDataError);
      }
    });

    it('LO-02: no error shows a value or a statement', async () => {
      const row = await adapter.create(newRow());
      const taken = newRow({ canonicalEmail: row.canonicalEmail });
      const errors = await Promise.all([
        adapter.create(taken).catch((error: unknown) => error),
        adapter.create(newRow({ email: null as never })).catch((error: unknown) => error),
      ]);
      await source.query('ALTER TABLE members RENAME COLUMN pw TO other');
      const broken = await adapter.create(newRow()).catch((error: unknown) => error);
      await source.query('ALTER TABLE members RENAME COLUMN other TO pw');
      expect(broken).toBeInstanceOf(ServiceUnavailableError);
      for (const error of [...errors, broken]) {
        const shown = inspect(error, { depth: 10, showHidden: true });
        expect(shown).not.toMatch(new RegExp(`${CANARY}|INSERT|SELECT|${row.canonicalEmail}`));
      }
    });

    it('EV-07: every step gets along with one connection', async () => {
      const row = await adapter.create(newRow({ isSuperuser: true }));
      await Promise.all([
        adapter.update(row.id, { isVerified: true }),
        adapter.update(row.id, { age: 3 }, { keepSuperuser: true }),
        adapter.update(row.id, { isActive: false }, { keepSuperuser: true }).catch(() => null),
        adapter.list({ limit: 5 }),
      ]);
      expect((await adapter.findById(row.id))?.age).toBe(3);
    });

    it('a lost connection is a matter of waiting', async () => {
      const lost = await connect(Member, false);
      const orphan = new TypeOrmUserAdapter(lost.getRepository(Member));
      await lost.destroy();
      open.splice(open.indexOf(lost), 1);
      await expect(orphan.findById(1)).rejects.toThrow(ServiceUnavailableError);
    });
  });

  it('the documented migration brings an old table to the entity', async () => {
    const old = await connect(OldUser);
    await old
      .getRepository(OldUser)
      .insert({ id: '01890a5d-ac96-774b-bcce-b302099a8057', email: 'Old@Example.org' });
    for (const statement of documented(name, 'add')) await old.query(statement);
    const source = await connect(User, false);
    await source
      .getRepository(User)
      .update(
        { email: 'Old@Example.org' },
        { canonicalEmail: 'old@example.org', securityStamp: '0'.repeat(32) },
      );
    for (const statement of documented(name, 'strict')) await source.query(statement);

    const adapter = new TypeOrmUserAdapter(source.getRepository(User));
    const found = await adapter.findByCanonicalEmail('old@example.org');
    expect(found).toMatchObject({ email: 'Old@Example.org', isActive: true, isSuperuser: false });
    await expect(
      adapter.create({ ...newRow(), canonicalEmail: 'old@example.org' } as never),
    ).rejects.toThrow(UserAlreadyExistsError);
    expect(await adapter.create(newRow() as never)).toMatchObject({ isActive: true });
  });
});

describe('TypeOrmUserAdapter at boot', () => {
  it.each([
    [
      'lacks columns',
      /lacks the columns canonicalEmail, .*Extend BaseUserEntity/,
      () => {
        @Entity()
        class Bare {
          @PrimaryGeneratedColumn() id!: number;
          @Column({ type: 'varchar' }) email!: string;
        }
        return Bare;
      },
    ],
    [
      'has no unique index on the address',
      /unique index on canonicalEmail.*@Index\(\{ unique: true \}\)/,
      () => {
        @Entity()
        class Loose {
          @PrimaryGeneratedColumn() id!: number;
          @Column({ type: 'varchar' }) email!: string;
          @Index() @Column({ type: 'varchar' }) canonicalEmail!: string;
          @Column({ type: 'varchar', nullable: true }) hashedPassword?: string | null;
          @Column({ type: 'varchar' }) securityStamp?: string;
          @Column({ type: Boolean }) isActive!: boolean;
          @Column({ type: Boolean }) isSuperuser!: boolean;
          @Column({ type: Boolean }) isVerified!: boolean;
          @Column({ type: Date }) createdAt!: Date;
          @Column({ type: Date }) updatedAt!: Date;
        }
        return Loose;
      },
    ],
  ])('RG-02: refuses an entity that %s', async (_what, message, make) => {
    const entity = make() as EntityTarget<never>;
    const source = await new DataSource({
      type: 'sqljs',
      entities: [entity as never],
    }).initialize();
    expect(() => new TypeOrmUserAdapter(source.getRepository(entity))).toThrow(message);
    await source.destroy();
  });
});

/** The statements of the README for a step of the migration. */
function documented(name: DatabaseName, step: string): string[] {
  const readme = readFileSync(new URL('../packages/typeorm/README.md', import.meta.url), 'utf8');
  const block = readme.split('```sql ').find((text) => text.startsWith(`${name} ${step}\n`));
  const sql = block?.slice(block.indexOf('\n'), block.indexOf('```')) ?? '';
  const found = sql
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  expect(found.length).toBeGreaterThan(0);
  return found;
}
