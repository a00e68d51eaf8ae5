import {
  Column,
  DataSource,
  DeleteDateColumn,
  Entity,
  type EntityTarget,
  Index,
  PrimaryColumn,
} from 'typeorm';
import { afterAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

abstract class Columns {
  @Column('varchar') email!: string;
  @Column({ type: 'varchar', nullable: true }) pendingEmail!: string | null;
  @Column({ type: 'varchar', nullable: true }) hashedPassword?: string | null;
  @Column('varchar') securityStamp?: string;
  @Column({ type: Boolean }) isActive!: boolean;
  @Column({ type: Boolean }) isSuperuser!: boolean;
  @Column({ type: Boolean }) isVerified!: boolean;
  @Column({ type: Date }) createdAt!: Date;
  @Column({ type: Date }) updatedAt!: Date;
}

abstract class Unindexed extends Columns {
  @PrimaryColumn('uuid') id!: string;
  @Column('varchar') canonicalEmail!: string;
}

@Entity('check_small')
class Small {
  @PrimaryColumn('uuid') id!: string;
  @Column('varchar') email!: string;
}

@Entity('check_unindexed')
class NoIndex extends Unindexed {}

@Entity('check_wide')
@Index(['canonicalEmail', 'isActive'], { unique: true })
class WideIndex extends Unindexed {}

@Entity('check_partial')
@Index(['canonicalEmail'], { unique: true, where: '"isActive" = 1' })
class PartialIndex extends Unindexed {}

@Entity('check_unmarked')
@Index(['canonicalEmail'], { unique: true, where: '"deletedAt" IS NULL' })
class MarkedAsDeleted extends Unindexed {
  @DeleteDateColumn() deletedAt?: Date | null;
}

@Entity('check_key')
class OtherKey extends Columns {
  @PrimaryColumn('uuid') key!: string;
  @Column('varchar') id!: string;
  @Column({ type: 'varchar', unique: true }) canonicalEmail!: string;
}

@Entity('check_keys')
class TwoKeys extends Columns {
  @PrimaryColumn('int') tenant!: number;
  @PrimaryColumn('int') id!: number;
  @Column({ type: 'varchar', unique: true }) canonicalEmail!: string;
}

@Entity('check_good')
class Good extends BaseUserEntity {}

const entities = [
  Small,
  NoIndex,
  WideIndex,
  PartialIndex,
  MarkedAsDeleted,
  OtherKey,
  TwoKeys,
  Good,
];

describe('assertUserEntity', async () => {
  const dataSource = await new DataSource({ type: 'sqljs', entities }).initialize();
  const adapt = (entity: EntityTarget<object>) => () =>
    new TypeOrmUserAdapter(dataSource.getRepository(entity) as never);
  afterAll(() => dataSource.destroy());

  it('takes an entity that has everything', () => {
    expect(adapt(Good)).not.toThrow();
    expect(adapt(MarkedAsDeleted)).not.toThrow();
  });

  it('names the columns that are missing, and what to extend', () => {
    expect(adapt(Small)).toThrow(/Small lacks the columns canonicalEmail, .*Extend BaseUserEntity/);
  });

  it.each([NoIndex, WideIndex, PartialIndex])(
    'RG-02: refuses an entity without a unique index on the canonical address, %o',
    (entity) => {
      expect(adapt(entity)).toThrow(/`@Index\(\{ unique: true \}\)` above the property/);
    },
  );

  it('refuses any other primary key than the id', () => {
    expect(adapt(OtherKey)).toThrow(/must have one primary column, of the property "id", not key/);
    expect(adapt(TwoKeys)).toThrow(/one primary column, of the property "id", not tenant and id/);
  });

  it('refuses a database whose atomic steps nobody has tried', () => {
    const other = new DataSource({ type: 'cockroachdb', timeTravelQueries: false });
    const repository = { manager: other.manager, metadata: dataSource.getMetadata(Good) };
    expect(() => new TypeOrmUserAdapter(repository as never)).toThrow(
      /does not know the database type "cockroachdb"/,
    );
  });
});
