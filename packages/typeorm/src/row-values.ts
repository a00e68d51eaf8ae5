import { type BaseUser, InvalidUserDataError } from '@nestjs-users/core';
import type { ObjectLiteral } from 'typeorm';
import type { UserColumn, UserTable } from './user-table.js';

const STRUCTURED = /json|array|hstore|set|point|line|polygon|geo|path|box|circle|cube|vector/;

/**
 * What of an input the table has columns for, the id apart.
 *
 * Values that some driver or database would bend in silence are refused here, the same on all of
 * them: texts too long, half characters, objects where a scalar belongs.
 *
 * @throws InvalidUserDataError
 */
export function rowValues<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  input: object,
): Record<string, unknown> {
  const { id: _, ...columns } = input as { id?: unknown };
  return valuesBelow(table, columns, '');
}

function valuesBelow<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  input: object,
  prefix: string,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const path = prefix + property;
    const column = table.column(path);
    if (column) {
      const message = refusal(value, column, table.maxLength(column));
      if (message) throw new InvalidUserDataError([{ field: path, messages: [message] }]);
      values[property] = value;
    } else if (table.isRelation(path)) {
      values[property] = value;
    } else if (table.isEmbedded(path) && typeof value === 'object' && value !== null) {
      values[property] = valuesBelow(table, value, `${path}.`);
    }
  }
  return values;
}

function refusal(
  value: unknown,
  { isArray, relationMetadata, transformer, type }: UserColumn,
  maxLength: number | undefined,
): string | undefined {
  // TypeORM would write what it returns into the statement itself.
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError('A column cannot be set to a function or a symbol.');
  }
  if (value === null || transformer || isArray || relationMetadata) return undefined;
  if (typeof type === 'string' && STRUCTURED.test(type)) return undefined;
  if (typeof value === 'object') return isScalarObject(value) ? undefined : 'is not a single value';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is not a finite number';
  if ((type === Boolean || String(type).startsWith('bool')) && typeof value !== 'boolean') {
    return 'is neither true nor false';
  }
  return typeof value === 'string' ? refusalOfText(value, maxLength) : undefined;
}

function refusalOfText(text: string, maxLength: number | undefined): string | undefined {
  if (!text.isWellFormed()) return 'is not well-formed text';
  // Databases count code points, not UTF-16 units.
  const isTooLong = maxLength && text.length > maxLength && [...text].length > maxLength;
  return isTooLong ? `is longer than ${maxLength} characters` : undefined;
}

function isScalarObject(value: object): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return value instanceof Uint8Array;
}
