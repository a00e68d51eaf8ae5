import type { UserId } from '@nestjs-users/core';
import type { EntityMetadata } from 'typeorm';

type ColumnMetadata = EntityMetadata['primaryColumns'][number];

/** Reads ids out of untrusted text, and says whether a value can be an id at all. */
export interface UserIdCodec {
  parse(text: string): UserId | undefined;
  accepts(id: unknown): boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INTEGER = /^[1-9]\d{0,18}$/;
const PRINTABLE = /^[^\p{C}]{1,255}$/u;

const uuid: UserIdCodec = {
  parse: (text) => (UUID.test(text) ? text : undefined),
  accepts: (id) => typeof id === 'string' && UUID.test(id),
};

const text: UserIdCodec = {
  parse: (value) => (PRINTABLE.test(value) ? value : undefined),
  accepts: (id) => typeof id === 'string' && PRINTABLE.test(id),
};

/** TypeORM gives 64-bit integers as text, for JavaScript's numbers do not hold them. */
const bigint: UserIdCodec = {
  parse: (value) => (isBigint(value) ? value : undefined),
  accepts: (id) => typeof id === 'string' && isBigint(id),
};

const integer = (max: number): UserIdCodec => {
  const accepts = (id: unknown): boolean =>
    typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= max;
  return {
    accepts,
    parse: (value) => (INTEGER.test(value) && accepts(Number(value)) ? Number(value) : undefined),
  };
};

/** The codec for an entity's primary key. @throws TypeError unless there is exactly one primary column */
export function userIdCodec({ name, primaryColumns }: EntityMetadata): UserIdCodec {
  const [column, another] = primaryColumns;
  if (!column || another) {
    throw new TypeError(`${name} needs exactly one primary column, named id.`);
  }
  return codecOf(column);
}

function codecOf({ type, generationStrategy }: ColumnMetadata): UserIdCodec {
  if (type === 'uuid' || generationStrategy === 'uuid') return uuid;
  if (type === 'bigint' || type === 'int8') return bigint;
  if (type === Number || /^(tiny|small|medium)?int(eger)?\d?$/.test(String(type))) {
    return integer(2 ** 31 - 1);
  }
  return text;
}

function isBigint(value: string): boolean {
  return INTEGER.test(value) && BigInt(value) < 2n ** 63n;
}
