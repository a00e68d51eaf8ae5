import type { BaseUser, UserExpectation, UserListQuery } from '@nestjs-users/core';
import type { ObjectLiteral } from 'typeorm';
import type { UserTable } from './user-table.js';

/** A condition of a statement. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What rows are chosen by. */
export type Criteria = Partial<Pick<BaseUser, 'id'>> & UserExpectation & UserListQuery['where'];

const BOOLEANS = new Set(['isActive', 'isSuperuser', 'isVerified']);
const TEXTS = new Set(['canonicalEmail', 'pendingEmail', 'hashedPassword', 'securityStamp']);
const NULLABLE = new Set(['pendingEmail', 'hashedPassword']);

/**
 * Conditions of scalars only, for an object would become a part of the statement. One that no row
 * can fulfil makes the answer `undefined`, and nothing need be asked: `undefined` itself (a builder
 * that drops it would find every row), and texts that some databases cannot even be asked for.
 *
 * @throws TypeError for another property, or a value of another type
 */
export function conditions<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  criteria: Criteria,
  alias?: string,
): Condition | undefined {
  const entries = Object.entries(criteria);
  for (const [property, value] of entries) assertScalar(property, value);
  if (entries.some(([, value]) => isImpossible(value))) return undefined;
  return all(entries.map(([property, value]) => equals(table, property, value, alias)));
}

/**
 * Rows whose text contains another one, byte by byte: `LIKE` has wildcards, and minds the collation.
 * No text at all is in every row; one that no row can contain makes the answer `undefined`.
 *
 * @throws TypeError for anything but a text
 */
export function contains<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  property: string,
  text: string | undefined,
  alias?: string,
): Condition | undefined {
  if (text === undefined) return all([]);
  if (typeof text !== 'string') throw new TypeError('The text to search for must be a string.');
  if (isImpossible(text)) return undefined;
  const column = table.sql(property, alias);
  return { sql: `${POSITION[table.dialect](column, ':part')} > 0`, parameters: { part: text } };
}

/** Joins conditions; none at all hold for every row. */
export function all(parts: readonly Condition[]): Condition {
  return {
    sql: parts.map(({ sql }) => sql).join(' AND ') || '1 = 1',
    parameters: Object.assign({}, ...parts.map(({ parameters }) => parameters)),
  };
}

function equals<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  property: string,
  value: unknown,
  alias?: string,
): Condition {
  const column = table.sql(property, alias);
  if (value === null) return { sql: `${column} IS NULL`, parameters: {} };
  const parameter = table.parameter(property, value);
  if (typeof value !== 'string' || typeof parameter !== 'string') {
    return { sql: `${column} = :${property}`, parameters: { [property]: parameter } };
  }
  // Equal by the index, whatever the collation takes for equal, and then equal by every byte.
  return {
    sql: `${column} = :${property} AND ${SAME_BYTES[table.dialect](column, `:${property}Exactly`)}`,
    parameters: { [property]: parameter, [`${property}Exactly`]: parameter },
  };
}

const SAME_BYTES = {
  mysql: (column: string, value: string) => `${bytes(column)} = ${bytes(value)}`,
  postgres: (column: string, value: string) => `CAST(${column} AS text) COLLATE "C" = ${value}`,
  sqlite: (column: string, value: string) => `${column} = ${value} COLLATE BINARY`,
};

const POSITION = {
  mysql: (column: string, part: string) => `LOCATE(${bytes(part)}, ${bytes(column)})`,
  postgres: (column: string, part: string) =>
    `strpos(CAST(${column} AS text) COLLATE "C", CAST(${part} AS text))`,
  sqlite: (column: string, part: string) => `instr(${column}, ${part})`,
};

/** In one character set first: the column may have another one than the connection. */
function bytes(text: string): string {
  return `CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
}

function isImpossible(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  return value === undefined;
}

function assertScalar(property: string, value: unknown): void {
  if (value === undefined || property === 'id') return;
  if (BOOLEANS.has(property) && typeof value === 'boolean') return;
  if (TEXTS.has(property) && typeof value === 'string') return;
  if (NULLABLE.has(property) && value === null) return;
  throw new TypeError(`"${property}" cannot stand in a condition with a value of this type.`);
}
