import type { BaseUser } from '@nestjs-users/core';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { PreparedSelect } from './prepared-select.js';
import { USER_ALIAS, type UserColumn, type UserTable } from './user-table.js';

/** The properties that rows are looked up by. */
export type UniqueProperty = 'id' | 'canonicalEmail';

/**
 * A look-up whose statement is built once. Every authenticated request makes one, and TypeORM's
 * query builder takes longer over it than SQLite does.
 *
 * It gives what `repository.findOneBy` gives, for entities of plain columns: whatever else an entity
 * can have is left to TypeORM, see {@link compiles}.
 */
export class CompiledLookUp<U extends BaseUser & ObjectLiteral> {
  readonly #table: UserTable<U>;
  readonly #property: UniqueProperty;
  /** The columns, and what the selection calls them. */
  readonly #columns: readonly (readonly [name: string, column: UserColumn])[];
  readonly #select: PreparedSelect;

  constructor(
    table: UserTable<U>,
    property: UniqueProperty,
    manager: EntityManager,
    timeoutMs: number,
  ) {
    this.#table = table;
    this.#property = property;
    this.#columns = table.metadata.columns
      .filter(
        (column) =>
          !column.isVirtual && (column.isSelect || table.hidden.includes(column.propertyPath)),
      )
      .map((column, index) => [`c${index}`, column]);
    const query = manager.createQueryBuilder(table.target, USER_ALIAS).select([]);
    for (const [name, { propertyPath }] of this.#columns) {
      query.addSelect(table.sql(propertyPath, USER_ALIAS), name);
    }
    query.where(`${table.sql(property, USER_ALIAS)} = :value`, { value: '' });
    this.#select = new PreparedSelect(query.getQueryAndParameters()[0], timeoutMs);
  }

  async find(manager: EntityManager, value: U['id']): Promise<U | null> {
    const parameters = [this.#table.parameter(this.#property, value)];
    const raw = await this.#select.row(manager, parameters);
    if (!raw) return null;
    const row = this.#table.metadata.create(undefined, { fromDeserializer: true }) as U;
    for (const [name, column] of this.#columns) {
      column.setEntityValue(row, this.#table.hydrated(column, raw[name]));
    }
    return row;
  }
}

/** Whether an entity's rows consist of plain columns, which nothing else is loaded with. */
export function compiles<U extends BaseUser & ObjectLiteral>({ metadata }: UserTable<U>): boolean {
  const { afterLoadListeners, childEntityMetadatas, discriminatorColumn, embeddeds } = metadata;
  const { eagerRelations, lazyRelations, relationIds, tableType } = metadata;
  // TypeORM 0.3 has these.
  const { relationCounts = [] } = metadata as { relationCounts?: readonly unknown[] };
  const extras = [
    afterLoadListeners,
    childEntityMetadatas,
    eagerRelations,
    embeddeds,
    lazyRelations,
    relationCounts,
    relationIds,
  ];
  return (
    tableType === 'regular' &&
    discriminatorColumn === undefined &&
    extras.every(({ length }) => length === 0) &&
    metadata.columns.every((column) => !column.isVirtualProperty && !SPATIAL.test(`${column.type}`))
  );
}

/** These are selected through functions of the database. */
const SPATIAL = /^(geo|multi|point|line|polygon|linestring)/;
