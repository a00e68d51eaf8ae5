import type { BaseUser } from '@nestjs-users/core';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { UserColumn, UserTable } from './user-table.js';

/**
 * The columns of a user as a statement that is built once names them, and the entity made of what it
 * answers: what `repository.findOneBy` gives, for entities of plain columns. Whatever else an entity can
 * have is left to TypeORM, see {@link compiles}.
 */
export class CompiledRow<U extends BaseUser & ObjectLiteral> {
  readonly #columns: readonly (readonly [name: string, column: UserColumn])[];

  constructor(private readonly table: UserTable<U>) {
    this.#columns = table.metadata.columns
      .filter(
        (column) =>
          !column.isVirtual && (column.isSelect || table.hidden.includes(column.propertyPath)),
      )
      .map((column, index) => [`c${index}`, column]);
  }

  /** Adds the columns to a selection that knows the table by this alias. */
  selectInto(query: SelectQueryBuilder<ObjectLiteral>, alias: string): void {
    for (const [name, { propertyPath }] of this.#columns) {
      query.addSelect(this.table.sql(propertyPath, alias), name);
    }
  }

  create(raw: Readonly<Record<string, unknown>>): U {
    const row = this.table.metadata.create(undefined, { fromDeserializer: true }) as U;
    for (const [name, column] of this.#columns) {
      column.setEntityValue(row, this.table.hydrated(column, raw[name]));
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
