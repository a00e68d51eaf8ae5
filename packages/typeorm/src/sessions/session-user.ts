import type { BaseUser } from '@nestjs-users/core';
import type { ObjectLiteral, Repository, SelectQueryBuilder } from 'typeorm';
import { CompiledRow, compiles } from '../compiled-row.js';
import { UserTable } from '../user-table.js';

const ALIAS = 'owner';

/** What `subject`, a text, is compared as. */
const CASTS: readonly (readonly [type: RegExp, cast: string])[] = [
  [/^uuid$/, 'uuid'],
  [/^(int|int2|int4|int8|integer|smallint|bigint|serial|bigserial)$/, 'bigint'],
  [/char|text|^string$/, 'text'],
];

/**
 * The user of a session, in the same selection: a second round trip to PostgreSQL costs as much as all
 * the rest of a request. (SQLite has no way to go; on MariaDB, a text that is compared with an id of
 * another collation would find no index.)
 */
export class SessionUser<U extends BaseUser & ObjectLiteral> {
  readonly #row: CompiledRow<U>;
  readonly #table: UserTable<U>;

  private constructor(table: UserTable<U>) {
    this.#table = table;
    this.#row = new CompiledRow(table);
  }

  /** `undefined` where it has to be looked up by itself. */
  static of<U extends BaseUser & ObjectLiteral>(users: Repository<U>): SessionUser<U> | undefined {
    const table = new UserTable(users);
    const canJoin = table.dialect === 'postgres' && compiles(table) && castOf(table) !== undefined;
    return canJoin ? new SessionUser(table) : undefined;
  }

  /** A row that is marked as deleted is left out by TypeORM itself. */
  join(query: SelectQueryBuilder<ObjectLiteral>, subject: string): void {
    const id = this.#table.sql('id', ALIAS);
    const condition = `${id} = CAST(${subject} AS ${castOf(this.#table)})`;
    // A class, or the name of a schema: both are overloads of their own.
    query.leftJoin(this.#table.metadata.target as string, ALIAS, condition);
    this.#row.selectInto(query, ALIAS);
    query.addSelect(id, 'owner_id');
  }

  rowOf(raw: Readonly<Record<string, unknown>>): U | null {
    return raw['owner_id'] === null ? null : this.#row.create(raw);
  }
}

function castOf<U extends BaseUser & ObjectLiteral>(table: UserTable<U>): string | undefined {
  const column = table.column('id');
  const type = column?.type === Number ? 'int' : column?.type === String ? 'text' : column?.type;
  return CASTS.find(([pattern]) => pattern.test(String(type)))?.[1];
}
