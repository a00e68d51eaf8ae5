import { InvalidUserDataError } from '@nestjs-users/core';
import { DataSource, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseUserEntity } from './base-user.entity.js';
import { rowValues } from './row-values.js';
import { UserTable } from './user-table.js';

class Address {
  @Column({ type: 'varchar', nullable: true }) street?: string | null;
}

@Entity('row_values_team')
class Team {
  @PrimaryColumn('int') id!: number;
}

@Entity('row_values_user')
class User extends BaseUserEntity {
  @Column({ type: 'varchar', length: 5, nullable: true }) nickname?: string | null;
  @Column({ type: 'int', nullable: true }) age?: number;
  @Column({ type: 'simple-json', nullable: true }) settings?: object;
  @Column(() => Address) address!: Address;
  @ManyToOne(() => Team, { nullable: true }) @JoinColumn() team?: Team;
}

describe('rowValues', () => {
  let dataSource: DataSource;
  const values = (input: object): object =>
    rowValues(new UserTable(dataSource.getRepository(User)), input);

  beforeAll(async () => {
    dataSource = await new DataSource({ type: 'sqljs', entities: [User, Team] }).initialize();
  });
  afterAll(() => dataSource.destroy());

  it('keeps what there are columns for, and drops the rest and the id', () => {
    const kept = { nickname: 'ann', age: null, settings: { a: [1] }, address: { street: 'x' } };
    expect(values({ ...kept, team: { id: 1 }, id: 'x', other: 1, isActive: undefined })).toEqual({
      ...kept,
      team: { id: 1 },
    });
  });

  it('drops what only objects have', () => {
    const input: unknown = JSON.parse('{"__proto__": {"isSuperuser": true}, "constructor": 1}');
    expect(values(input as object)).toEqual({});
    expect(Object.getPrototypeOf(values(input as object))).toBe(Object.prototype);
  });

  it.each([
    [{ nickname: { hashedPassword: 1 } }, 'nickname'],
    [{ nickname: ['a'] }, 'nickname'],
    [{ address: { street: { a: 1 } } }, 'address.street'],
    [{ nickname: 'sixsix' }, 'nickname'],
    [{ nickname: '\ud800' }, 'nickname'],
    [{ email: 'x'.repeat(255) }, 'email'],
    [{ age: Number.NaN }, 'age'],
    [{ createdAt: new Date(Number.NaN) }, 'createdAt'],
    [{ isSuperuser: 'false' }, 'isSuperuser'],
    [{ isSuperuser: 1 }, 'isSuperuser'],
  ])('IN-07: refuses what a driver would bend, %o', (input, field) => {
    const refused = (): object => values(input);
    expect(refused).toThrow(InvalidUserDataError);
    expect(refused).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ field })] }),
    );
  });

  it('counts characters as databases do', () => {
    expect(values({ nickname: '🏠🏠🏠🏠🏠' })).toEqual({ nickname: '🏠🏠🏠🏠🏠' });
    expect(() => values({ nickname: '🏠🏠🏠🏠🏠🏠' })).toThrow(InvalidUserDataError);
  });

  it('IN-07: never hands TypeORM a function, which it would write into the statement', () => {
    expect(() => values({ nickname: () => "''; DROP TABLE users" })).toThrow(TypeError);
  });
});
