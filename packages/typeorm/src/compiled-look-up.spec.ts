import {
  AfterLoad,
  Column,
  Entity,
  EventSubscriber,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  DeleteDateColumn,
  type EntitySubscriberInterface,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { compiles } from './compiled-row.js';
import {
  createDatabase,
  databases,
  newUser,
  QueryLog,
  type TestDatabase,
} from './databases.fixture.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';
import { UserTable } from './user-table.js';

@Entity('compiled_teams')
class Team {
  @PrimaryColumn('int') id!: number;
}

/** Columns of every kind that a value changes on its way, and a constructor with a mind of its own. */
@Entity('compiled_users')
class User extends BaseUserEntity {
  @Column({ type: 'simple-json', nullable: true }) settings?: object | null;
  @Column({ type: 'simple-array', nullable: true }) tags?: string[] | null;
  @Column({ type: 'date', nullable: true }) birthday?: string | null;
  @Column({ type: 'decimal', precision: 10, scale: 2, nullable: true }) balance?: string | null;
  @Column({ type: 'int', nullable: true }) teamId?: number | null;
  @Column({ type: 'varchar', nullable: true, select: false }) diary?: string | null;
  @Column({
    type: 'varchar',
    name: 'shouted_name',
    nullable: true,
    transformer: { to: (text?: string) => text?.toUpperCase(), from: (text) => text ?? 'nobody' },
  })
  name?: string | null;
  @DeleteDateColumn() deletedAt?: Date | null;
  @ManyToOne(() => Team, { nullable: true }) @JoinColumn({ name: 'teamId' }) team?: Team;
  /** The column is none of the entity's properties. */
  @ManyToOne(() => Team, { nullable: true }) @JoinColumn() club?: Team;
  unstored = 'by the constructor';
}

@Entity('compiled_listening')
class Listening extends BaseUserEntity {
  greeting?: string;
  @AfterLoad() greet(): void {
    this.greeting = `Hello ${this.email}`;
  }
}

class Address {
  @Column({ type: 'varchar', nullable: true }) street?: string | null;
}

@Entity('compiled_embedding')
class Embedding extends BaseUserEntity {
  @Column(() => Address) address!: Address;
}

@EventSubscriber()
class Subscriber implements EntitySubscriberInterface<User> {
  readonly seen: string[] = [];
  listenTo(): typeof User {
    return User;
  }
  afterLoad({ email }: User): void {
    this.seen.push(email);
  }
}

const entities = [User, Listening, Embedding, Team as never];

describe.each(databases)('CompiledLookUp on %s', (name) => {
  const log = new QueryLog();
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase(name, entities, {
      logger: log,
      cache: { alwaysEnabled: true },
    });
  });
  afterAll(() => database.drop());

  it('gives what the repository gives', async () => {
    const repository = database.dataSource.getRepository(User);
    expect(compiles(new UserTable(repository))).toBe(true);
    const users = new TypeOrmUserAdapter(repository);
    await database.dataSource.getRepository(Team).insert({ id: 1 });
    const full = {
      settings: { theme: ['dark'] },
      tags: ['a', 'b'],
      birthday: '2001-02-03',
      balance: '12.50',
      team: { id: 1 },
      club: { id: 1 },
      diary: 'dear',
      name: 'ann',
      isVerified: true,
    };
    for (const columns of [{}, { hashedPassword: null }, full]) {
      const { id, canonicalEmail } = await users.create(newUser<User>(columns));
      const selection = repository.createQueryBuilder('user').where({ id });
      const expected = await selection
        .addSelect(['user.hashedPassword', 'user.securityStamp'])
        .getOneOrFail();
      expect(await users.findById(id)).toStrictEqual(expected);
      expect(await users.findByCanonicalEmail(canonicalEmail)).toStrictEqual(expected);
      expect(await users.list({ limit: 1, where: { canonicalEmail } })).toStrictEqual([expected]);
    }
  });

  it('leaves other entities to TypeORM', async () => {
    const listening = database.dataSource.getRepository(Listening);
    expect(compiles(new UserTable(listening))).toBe(false);
    const listener = await new TypeOrmUserAdapter(listening).create(newUser<Listening>());
    expect(listener.greeting).toBe(`Hello ${listener.email}`);

    const embedding = database.dataSource.getRepository(Embedding);
    expect(compiles(new UserTable(embedding))).toBe(false);
    const columns = newUser<Embedding>({ address: { street: 'Elm Street' } });
    const embedder = await new TypeOrmUserAdapter(embedding).create(columns);
    expect(embedder.address).toEqual({ street: 'Elm Street' });
  });

  it('shows every row to subscribers', async () => {
    const { dataSource } = database;
    const users = new TypeOrmUserAdapter(dataSource.getRepository(User));
    const { id, email } = await users.create(newUser<User>());
    const subscriber = new Subscriber();
    dataSource.subscribers.push(subscriber);
    await users.findById(id);
    dataSource.subscribers.pop();
    await users.findById(id);
    expect(subscriber.seen).toEqual([email]);
  });

  it('RG-02: asks the database each time, whatever TypeORM caches', async () => {
    for (const entity of [User, Embedding]) {
      const repository = database.dataSource.getRepository<User | Embedding>(entity);
      const users = new TypeOrmUserAdapter<User | Embedding>(repository);
      const { id } = await users.create(newUser());
      await users.findById(id);
      await repository.update(id, { isActive: false });
      expect((await users.findById(id))?.isActive).toBe(false);
      expect((await users.list({ limit: 100 })).find((row) => row.id === id)?.isActive).toBe(false);
    }
  });
});
