import { InvalidUserDataError, ServiceUnavailableError, UsersError } from '@nestjs-users/core';
import { QueryFailedError, TypeORMError } from 'typeorm';

/** A row breaks a unique index: which one, only the adapter can find out. */
export class UniqueViolation extends Error {}

/** Another transaction was in the way: the same work may succeed at once. */
export class TransactionConflict extends Error {}

const UNIQUE = new Set([
  '23505',
  'ER_DUP_ENTRY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** serialization_failure, deadlock_detected, lock_not_available, and their like elsewhere. */
const CONFLICT = new Set([
  '40001',
  '40P01',
  '55P03',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
]);

/** Values that the database refuses: too long, out of range, null, of another form, dangling. */
const REFUSED_VALUE = new Set([
  'ER_BAD_NULL_ERROR',
  'ER_CHECK_CONSTRAINT_VIOLATED',
  'ER_CONSTRAINT_FAILED',
  'ER_DATA_OUT_OF_RANGE',
  'ER_DATA_TOO_LONG',
  'ER_NO_REFERENCED_ROW_2',
  'ER_ROW_IS_REFERENCED_2',
  'ER_TRUNCATED_WRONG_VALUE',
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_WARN_DATA_OUT_OF_RANGE',
  'SQLITE_CONSTRAINT_CHECK',
  'SQLITE_CONSTRAINT_FOREIGNKEY',
  'SQLITE_CONSTRAINT_NOTNULL',
  'SQLITE_MISMATCH',
  'SQLITE_TOOBIG',
]);

/**
 * What to throw for a driver's error. The original stays here: it carries the statement with its
 * parameters, among them hashes and addresses.
 */
export function translate(error: unknown): unknown {
  if (error instanceof UsersError || isProgrammingError(error)) return error;
  const code = codeOf(error);
  if (UNIQUE.has(code)) return new UniqueViolation();
  if (CONFLICT.has(code)) return new TransactionConflict();
  if (REFUSED_VALUE.has(code) || /^22...$|^23...$/.test(code)) return refusedValue();
  return new ServiceUnavailableError(1, `The database answered ${code}.`);
}

/** The store refuses a value, and does not say in a portable way which one. */
export function refusedValue(message = 'the database refuses a value'): InvalidUserDataError {
  return new InvalidUserDataError([{ field: '', messages: [message] }]);
}

/** A mistake in an entity or a call, to be seen by its author; it happens before any statement. */
function isProgrammingError(error: unknown): boolean {
  if (error instanceof QueryFailedError) return false;
  return error instanceof TypeError || (error instanceof TypeORMError && !isConnectionError(error));
}

function isConnectionError({ name }: Error): boolean {
  return /Connection|DataSource|Driver|QueryRunner/.test(name);
}

function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  const { code, message } = (source ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  // sql.js has no codes.
  const constraint = /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed/.exec(String(message));
  return constraint?.[1] ? `SQLITE_CONSTRAINT_${constraint[1].replace(' ', '')}` : 'an error';
}
