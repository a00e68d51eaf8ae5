import { type BaseUser, LastSuperuserError, type UserExpectation } from '@nestjs-users/core';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { all, type Condition, conditions } from './conditions.js';
import type { UserStatements } from './user-statements.js';
import type { UserTable } from './user-table.js';

/** One row to be written, and what must hold for it. */
export interface GuardedWrite<U extends BaseUser> {
  readonly id: U['id'];
  readonly expected: UserExpectation;
  /** Refuse to lose the last active superuser by this write. */
  readonly keepSuperuser: boolean;
  /** The driver may count rows that changed rather than rows that fit: "none" has to be looked into. */
  readonly countsChangedRows: boolean;
  /** The conditional statement itself; whether it found its row. */
  readonly write: (manager: EntityManager, condition: Condition) => Promise<boolean>;
}

/**
 * Writes one row if everything expected holds, in one atomic step. For nearly every write that is a
 * single conditional statement; only where it finds no row, and that may have another reason than a
 * failed expectation, more is asked.
 *
 * @throws LastSuperuserError
 */
export async function writeGuarded<U extends BaseUser & ObjectLiteral>(
  statements: UserStatements<U>,
  manager: EntityManager,
  guarded: GuardedWrite<U>,
): Promise<boolean> {
  const { table } = statements;
  const { id, expected, keepSuperuser, write } = guarded;
  const condition = conditions(table, { ...expected, id });
  if (!condition) return false;

  const isHarmless = keepSuperuser ? [harmless(table, id)] : [];
  if (await write(manager, all([condition, ...isHarmless]))) return true;
  if (!keepSuperuser && !guarded.countsChangedRows) return false;

  if ((await statements.ids(manager, condition)).length === 0) return false;
  // SQLite has judged the other superusers already, and has one writer at a time.
  if (table.dialect === 'sqlite') throw new LastSuperuserError();
  return manager.transaction('READ COMMITTED', (transaction) =>
    writeLocked(statements, transaction, guarded, condition),
  );
}

/**
 * With all active superusers locked in the order of their ids: two such writes wait for each other,
 * and the second sees what the first has left.
 */
async function writeLocked<U extends BaseUser & ObjectLiteral>(
  statements: UserStatements<U>,
  manager: EntityManager,
  { id, keepSuperuser, write }: GuardedWrite<U>,
  condition: Condition,
): Promise<boolean> {
  const lock = true;
  const superusers = keepSuperuser
    ? await statements.ids(manager, activeSuperuser(statements.table), { lock })
    : [];
  const fitting = await statements.ids(manager, condition, { lock });
  if (fitting.length === 0) return false;
  if (superusers.length === 1 && superusers[0] === String(id)) throw new LastSuperuserError();
  await write(manager, condition);
  return true;
}

function activeSuperuser<U extends BaseUser & ObjectLiteral>(
  table: UserTable<U>,
  alias?: string,
): Condition {
  const column = (property: string): string => `${table.sql(property, alias)} = :${property}Yes`;
  return {
    sql: `${column('isSuperuser')} AND ${column('isActive')}`,
    parameters: {
      isSuperuserYes: table.parameter('isSuperuser', true),
      isActiveYes: table.parameter('isActive', true),
    },
  };
}

/** The row is no active superuser; or, where one statement can tell soundly, there is another one. */
function harmless<U extends BaseUser & ObjectLiteral>(table: UserTable<U>, id: U['id']): Condition {
  const own = activeSuperuser(table);
  if (table.dialect !== 'sqlite') return { ...own, sql: `NOT (${own.sql})` };
  const other = activeSuperuser(table, 'other');
  const deletedAt = table.metadata.deleteDateColumn?.propertyPath;
  const isLiving = deletedAt === undefined ? '' : ` AND ${table.sql(deletedAt, 'other')} IS NULL`;
  return {
    sql:
      `(NOT (${own.sql}) OR EXISTS (SELECT 1 FROM ${table.sqlName} ${table.quote('other')} ` +
      `WHERE ${table.sql('id', 'other')} <> :otherThan AND ${other.sql}${isLiving}))`,
    parameters: { ...own.parameters, otherThan: id },
  };
}
