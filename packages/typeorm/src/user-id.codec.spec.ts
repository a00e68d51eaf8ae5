import type { BaseUser, UserId } from '@nestjs-users/core';
import type { ColumnType } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { Dialect } from './dialect.js';
import { type UserIdCodec, userIdCodec } from './user-id.codec.js';
import type { UserTable } from './user-table.js';

interface Column {
  type: ColumnType;
  length?: string;
  unsigned?: boolean;
  generationStrategy?: 'uuid';
  transformer?: object;
}

function codec(column: Column, dialect: Dialect = 'postgres'): UserIdCodec {
  const metadata = { name: 'User', primaryColumns: [{ length: '', ...column }] };
  return userIdCodec({ dialect, metadata } as unknown as UserTable<BaseUser>);
}

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const STRANGE = [
  '',
  ' ',
  ' 1',
  '1 ',
  '+1',
  '-1',
  '01',
  '0',
  '1.0',
  '1e3',
  '0x1',
  '1\n',
  '%00',
  '..%2f',
  '१',
  '9'.repeat(40),
  '1'.repeat(10_240),
];

describe('userIdCodec', () => {
  const uuids: Column[] = [
    { type: 'uuid' },
    { type: 'varchar', length: '36' },
    { type: 'char', length: '36' },
    { type: String, generationStrategy: 'uuid' },
  ];
  it.each(uuids)('AC-07: reads the one spelling of a UUID, %o', (column) => {
    const ids = codec(column);
    expect(ids.parse(UUID)).toBe(UUID);
    for (const text of [
      ...STRANGE,
      'abc',
      UUID.toUpperCase(),
      `{${UUID}}`,
      `urn:uuid:${UUID}`,
      UUID.replaceAll('-', ''),
      `${UUID}\n`,
      ` ${UUID}`,
    ]) {
      expect(ids.parse(text), text.slice(0, 60)).toBeUndefined();
    }
  });

  const integers: [Column, number][] = [
    [{ type: Number }, 2147483647],
    [{ type: 'int' }, 2147483647],
    [{ type: 'integer' }, 2147483647],
    [{ type: 'int', unsigned: true }, 4294967295],
    [{ type: 'smallint' }, 32767],
    [{ type: 'mediumint', unsigned: true }, 16777215],
    [{ type: 'tinyint' }, 127],
  ];
  it.each(integers)('AC-07: reads plain decimals within the range of %o', (column, max) => {
    const ids = codec(column);
    for (const id of [1, 10, max]) expect(ids.parse(String(id))).toBe(id);
    for (const text of [...STRANGE, UUID, 'abc', String(max + 1)]) {
      expect(ids.parse(text), text.slice(0, 60)).toBeUndefined();
    }
  });

  it('AC-07: reads 64-bit integers as texts, for numbers do not hold them', () => {
    const ids = codec({ type: 'bigint' });
    expect(ids.parse('9007199254740993')).toBe('9007199254740993');
    expect(ids.parse('9223372036854775807')).toBe('9223372036854775807');
    for (const text of [...STRANGE, '9223372036854775808', '9999999999999999999']) {
      expect(ids.parse(text), text.slice(0, 60)).toBeUndefined();
    }
  });

  it('reads 64-bit integers of SQLite as the numbers that its driver gives', () => {
    const ids = codec({ type: 'bigint' }, 'sqlite');
    expect(ids.parse('9007199254740991')).toBe(9007199254740991);
    expect(ids.parse('9007199254740993')).toBeUndefined();
  });

  it('reads other texts as they are, without characters that cannot be seen', () => {
    const ids = codec({ type: 'varchar', length: '64' });
    for (const text of ['ckopqwooh', '01', 'Ä b']) expect(ids.parse(text)).toBe(text);
    for (const text of ['', 'a\0', 'a\n', '\u202ea', '\ud800', 'x'.repeat(256)]) {
      expect(ids.parse(text), text.slice(0, 60)).toBeUndefined();
    }
  });

  it('IN-09: accepts nothing but ids in the place of an id', () => {
    const nobody = [undefined, null, Number.NaN, Infinity, 0, -1, 1.5, 2 ** 53, true, '', {}, [1]];
    const columns: Column[] = [{ type: 'uuid' }, { type: 'int' }, { type: 'bigint' }];
    for (const ids of columns.map((column) => codec(column))) {
      for (const value of [...nobody, new Date(), Object(1), { valueOf: () => 1 }]) {
        expect(ids.accepts(value)).toBe(false);
      }
    }
  });

  it('accepts an id only as the type that it has', () => {
    const accepted = (column: Column): UserId[] =>
      [1, '1', UUID].filter((id) => codec(column).accepts(id));
    expect(accepted({ type: 'int' })).toEqual([1]);
    expect(accepted({ type: 'uuid' })).toEqual([UUID]);
    // Drivers can be told to give numbers.
    expect(accepted({ type: 'bigint' })).toEqual([1, '1']);
  });

  it.each<Column>([
    { type: 'binary', length: '16' },
    { type: 'numeric' },
    { type: 'timestamp' },
    { type: 'uuid', transformer: {} },
  ])('refuses a primary column that has several spellings of one value, %o', (column) => {
    expect(() => codec(column)).toThrow(/must be a UUID, an integer or a text/);
  });
});
