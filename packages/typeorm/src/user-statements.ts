import type { BaseUser } from '@nestjs-users/core';
import type { DeepPartial, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { CompiledLookUp, type UniqueProperty } from './compiled-look-up.js';
import { compiles } from './compiled-row.js';
import { all, type Condition } from './conditions.js';
import { USER_ALIAS, type UserTable } from './user-table.js';

/** The statements that the adapter needs, each exactly one, on whatever connection it is given. */
export class UserStatements<U extends BaseUser & ObjectLiteral> {
  readonly #lookUps = new Map<UniqueProperty, CompiledLookUp<U>>();
  readonly #compiles: boolean;

  constructor(
    readonly table: UserTable<U>,
    private readonly timeoutMs: number,
  ) {
    this.#compiles = compiles(table);
  }

  /** The row whose unique property has this value, compared in code again: collations differ. */
  async findBy(
    manager: EntityManager,
    property: UniqueProperty,
    value: U['id'],
    { withDeleted = false } = {},
  ): Promise<U | null> {
    const row =
      this.canCompile(manager) && !withDeleted
        ? await this.#lookUp(manager, property).find(manager, value)
        : await this.#findBy(manager, property, value, withDeleted);
    return row && String(row[property]) === String(value) ? row : null;
  }

  /** Subscribers may come at any time, and want to see each row that is loaded. */
  canCompile({ connection }: EntityManager): boolean {
    return this.#compiles && connection.subscribers.length === 0;
  }

  /** Rows in the order of their ids; `conditions()` with {@link USER_ALIAS} makes their conditions. */
  list(
    manager: EntityManager,
    { sql, parameters }: Condition,
    limit: number,
    after?: U['id'],
  ): Promise<U[]> {
    const query = this.#select(manager).where(sql, parameters);
    const id = this.table.sql('id', USER_ALIAS);
    if (after !== undefined) query.andWhere(`${id} > :after`, { after });
    return query.orderBy(`${USER_ALIAS}.id`, 'ASC').take(limit).getMany();
  }

  /** Inserts a row made by `repository.create`: its `@BeforeInsert` methods run. */
  async insert(manager: EntityManager, row: U): Promise<void> {
    const query = manager.createQueryBuilder().insert().into(this.table.target);
    // Some drivers would select right away what the database filled in, and not all by the right id.
    await query
      .values(row as never)
      .updateEntity(false)
      .execute();
  }

  /** Whether a row was fit and therefore written. MySQL may be told to count changed rows instead. */
  async update(
    manager: EntityManager,
    values: Record<string, unknown>,
    condition: Condition,
  ): Promise<boolean> {
    const { sql, parameters } = this.#living(condition);
    const query = manager.createQueryBuilder().update(this.table.target);
    const { affected } = await query
      .set(values as DeepPartial<U> as never)
      .where(sql, parameters)
      .execute();
    return Number(affected) > 0;
  }

  async delete(manager: EntityManager, condition: Condition): Promise<boolean> {
    const { sql, parameters } = this.#living(condition);
    const query = manager.createQueryBuilder().delete().from(this.table.target);
    const { affected } = await query.where(sql, parameters).execute();
    return Number(affected) > 0;
  }

  /** The ids of the rows that fit, in their order; `lock` keeps other writers off till the end of the transaction. */
  async ids(
    manager: EntityManager,
    { sql, parameters }: Condition,
    { lock = false } = {},
  ): Promise<string[]> {
    const query = manager.createQueryBuilder(this.table.target, USER_ALIAS);
    query.select(this.table.sql('id', USER_ALIAS), 'id').where(sql, parameters).cache(false);
    if (lock) query.setLock('pessimistic_write');
    const rows = await query.orderBy(`${USER_ALIAS}.id`, 'ASC').getRawMany<{ id: U['id'] }>();
    return rows.map(({ id }) => String(id));
  }

  #lookUp(manager: EntityManager, property: UniqueProperty): CompiledLookUp<U> {
    let lookUp = this.#lookUps.get(property);
    if (!lookUp) {
      lookUp = new CompiledLookUp(this.table, property, manager, this.timeoutMs);
      this.#lookUps.set(property, lookUp);
    }
    return lookUp;
  }

  async #findBy(
    manager: EntityManager,
    property: UniqueProperty,
    value: U['id'],
    withDeleted: boolean,
  ): Promise<U | null> {
    const query = this.#select(manager).where(`${this.table.sql(property, USER_ALIAS)} = :value`, {
      value: this.table.parameter(property, value),
    });
    return (withDeleted ? query.withDeleted() : query).getOne();
  }

  /** As `repository.find` selects, eager relations included; and the library's columns in any case. */
  #select(manager: EntityManager): SelectQueryBuilder<U> {
    const query = manager.createQueryBuilder(this.table.target, USER_ALIAS).setFindOptions({});
    // A cached row would keep somebody in who has just been locked out.
    query.cache(false);
    for (const property of this.table.hidden) query.addSelect(`${USER_ALIAS}.${property}`);
    return query;
  }

  /** Rows that are marked as deleted are nobody: TypeORM minds that in selections alone. */
  #living(condition: Condition): Condition {
    const deletedAt = this.table.metadata.deleteDateColumn?.propertyPath;
    if (deletedAt === undefined) return condition;
    return all([condition, { sql: `${this.table.sql(deletedAt)} IS NULL`, parameters: {} }]);
  }
}
