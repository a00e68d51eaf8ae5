import type { BaseUser, UserId } from '@nestjs-users/core';
import type { ObjectLiteral } from 'typeorm';
import type { UserColumn, UserTable } from './user-table.js';

/** Reads ids out of untrusted text, and says whether a value can be an id at all. */
export interface UserIdCodec {
  parse(text: string): UserId | undefined;
  accepts(id: unknown): boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DECIMAL = /^[1-9]\d{0,18}$/;
const PRINTABLE = /^\P{C}{1,255}$/u;

const MAX_INT64 = 2n ** 63n - 1n;
/** The largest values of the signed types; unsigned ones hold twice as much and one. */
const MAX_BY_TYPE: Record<string, number> = {
  tinyint: 2 ** 7 - 1,
  smallint: 2 ** 15 - 1,
  int2: 2 ** 15 - 1,
  mediumint: 2 ** 23 - 1,
  int: 2 ** 31 - 1,
  int4: 2 ** 31 - 1,
  integer: 2 ** 31 - 1,
  serial: 2 ** 31 - 1,
};

/**
 * The codec for an entity's primary key.
 *
 * @throws TypeError for a type that has several spellings of one value
 */
export function userIdCodec<U extends BaseUser & ObjectLiteral>(table: UserTable<U>): UserIdCodec {
  const [column] = table.metadata.primaryColumns;
  const codec = column && !column.transformer && codecOf(column, table.dialect === 'sqlite');
  if (codec) return codec;
  throw new TypeError(
    `The primary column of ${table.metadata.name} must be a UUID, an integer or a text, without a ` +
      "transformer: write `@PrimaryColumn('uuid')`, or extend BaseUserEntity.",
  );
}

function codecOf(column: UserColumn, isSqlite: boolean): UserIdCodec | undefined {
  const { length, type, unsigned: isUnsigned, generationStrategy } = column;
  const name = type === Number ? 'int' : type === String ? 'varchar' : String(type).toLowerCase();
  if (name === 'uuid' || generationStrategy === 'uuid') return uuid;
  if (/^(big(int|serial)|int8)$/.test(name)) return isSqlite ? integer(2 ** 53 - 1) : bigint;
  const max = MAX_BY_TYPE[name];
  if (max !== undefined) return integer(isUnsigned ? 2 * max + 1 : max);
  if (!/char|text|^string$/.test(name)) return undefined;
  return length === '36' ? uuid : text;
}

const uuid = texts((id) => UUID.test(id));
const text = texts((id) => PRINTABLE.test(id));

/** TypeORM gives 64-bit integers as text, or as numbers where it is told to. */
const bigint: UserIdCodec = {
  parse: (id) => (isBigint(id) ? id : undefined),
  accepts: (id) =>
    typeof id === 'string' ? isBigint(id) : Number.isSafeInteger(id) && (id as number) > 0,
};

function texts(fits: (id: string) => boolean): UserIdCodec {
  return {
    parse: (id) => (fits(id) ? id : undefined),
    accepts: (id) => typeof id === 'string' && fits(id),
  };
}

function integer(max: number): UserIdCodec {
  const accepts = (id: unknown): boolean =>
    typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= max;
  return {
    accepts,
    parse: (id) => (DECIMAL.test(id) && accepts(Number(id)) ? Number(id) : undefined),
  };
}

function isBigint(id: string): boolean {
  return DECIMAL.test(id) && BigInt(id) <= MAX_INT64;
}
