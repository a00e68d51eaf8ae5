import type { BaseUser } from '@nestjs-users/core';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { CompiledRow } from './compiled-row.js';
import { PreparedSelect } from './prepared-select.js';
import { USER_ALIAS, type UserTable } from './user-table.js';

/** The properties that rows are looked up by. */
export type UniqueProperty = 'id' | 'canonicalEmail';

/**
 * A look-up whose statement is built once. Every authenticated request makes one, and TypeORM's
 * query builder takes longer over it than SQLite does.
 */
export class CompiledLookUp<U extends BaseUser & ObjectLiteral> {
  readonly #row: CompiledRow<U>;
  readonly #select: PreparedSelect;

  constructor(
    private readonly table: UserTable<U>,
    private readonly property: UniqueProperty,
    manager: EntityManager,
    timeoutMs: number,
  ) {
    this.#row = new CompiledRow(table);
    const query = manager.createQueryBuilder(table.target, USER_ALIAS).select([]);
    this.#row.selectInto(query, USER_ALIAS);
    query.where(`${table.sql(property, USER_ALIAS)} = :value`, { value: '' });
    this.#select = new PreparedSelect(query.getQueryAndParameters()[0], timeoutMs);
  }

  async find(manager: EntityManager, value: U['id']): Promise<U | null> {
    const raw = await this.#select.row(manager, [this.table.parameter(this.property, value)]);
    return raw ? this.#row.create(raw) : null;
  }
}
