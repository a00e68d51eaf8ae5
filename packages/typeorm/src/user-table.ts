import type { BaseUser } from '@nestjs-users/core';
import type { EntityMetadata, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { type Dialect, dialectOf } from './dialect.js';
import { assertUserEntity } from './user-entity.check.js';

/** What selections call the table: their conditions name it. */
export const USER_ALIAS = 'user';

/** A column of an entity, as TypeORM describes it. */
export type UserColumn = EntityMetadata['columns'][number];

/** The properties of `BaseUser` that an entity may keep out of its ordinary selections. */
const OFTEN_HIDDEN = [
  'hashedPassword',
  'securityStamp',
  'email',
  'canonicalEmail',
  'pendingEmail',
  'isActive',
  'isSuperuser',
  'isVerified',
] as const;

/** From the names that a database uses in its errors to the entity's properties. */
export interface UserColumns {
  /** The property of a column, or the only one of an index, that has this name in the database. */
  propertyNamed(databaseName: string): string | undefined;
}

/** Where an entity is stored: from property names, which the adapter speaks, to the database's. */
export class UserTable<U extends BaseUser & ObjectLiteral> implements UserColumns {
  readonly target: EntityTarget<U>;
  readonly metadata: EntityMetadata;
  readonly dialect: Dialect;
  /** Properties that only a selection by name brings (`select: false`), though the library needs them. */
  readonly hidden: readonly string[];
  readonly #driver: Repository<U>['manager']['connection']['driver'];

  /** @throws TypeError if the entity or its database will not do; the message says what to write */
  constructor({ manager, metadata, target }: Repository<U>) {
    this.dialect = dialectOf(manager.connection);
    assertUserEntity(metadata);
    this.target = target;
    this.metadata = metadata;
    this.#driver = manager.connection.driver;
    this.hidden = OFTEN_HIDDEN.filter((property) => !this.column(property)?.isSelect);
  }

  /** The column of a property, if it has one. */
  column(property: string): UserColumn | undefined {
    return this.metadata.findColumnWithPropertyPath(property);
  }

  /** Whether the property is an object of other columns (`@Column(() => Address)`). */
  isEmbedded(property: string): boolean {
    return this.metadata.findEmbeddedWithPropertyPath(property) !== undefined;
  }

  /** Whether the property is another entity, whose id this table has in a column. */
  isRelation(property: string): boolean {
    return this.metadata.findRelationWithPropertyPath(property)?.isWithJoinColumn === true;
  }

  /** A property's column as it is written in a statement. */
  sql(property: string, alias?: string): string {
    const name = this.quote(this.#known(property).databaseName);
    return alias === undefined ? name : `${this.quote(alias)}.${name}`;
  }

  /** The table as it is written in a statement. */
  get sqlName(): string {
    const parts = this.metadata.tablePath.split('.');
    return parts.map((part) => this.quote(part)).join('.');
  }

  quote(name: string): string {
    return this.#driver.escape(name);
  }

  /** A value as the driver wants it for this property's column. */
  parameter(property: string, value: unknown): unknown {
    return this.#driver.preparePersistentValue(value, this.#known(property));
  }

  /** A value as the entity has it, from what the driver gives. */
  hydrated(column: UserColumn, value: unknown): unknown {
    return this.#driver.prepareHydratedValue(value, column);
  }

  /** How many characters a text column holds; `undefined` for no limit. */
  maxLength(column: UserColumn): number | undefined {
    const isText = column.type === String || /char/.test(String(column.type));
    if (!isText) return undefined;
    return Number(this.#driver.getColumnLength(column)) || undefined;
  }

  propertyNamed(databaseName: string): string | undefined {
    const { columns, indices, uniques } = this.metadata;
    const index = [...indices, ...uniques].find(({ name }) => name === databaseName);
    const column =
      columns.find((candidate) => candidate.databaseName === databaseName) ??
      (index?.columns.length === 1 ? index.columns[0] : undefined);
    return column?.relationMetadata?.propertyPath ?? column?.propertyPath;
  }

  #known(property: string): UserColumn {
    const column = this.column(property);
    if (!column) throw new TypeError(`${this.metadata.name} has no column for "${property}".`);
    return column;
  }
}
