import { InvalidUserDataError, ServiceUnavailableError, UsersError } from '@nestjs-users/core';
import { QueryFailedError, TypeORMError } from 'typeorm';
import { type DriverError, propertyOf } from './driver-error-property.js';
import type { UserColumns } from './user-table.js';

/** A row breaks a unique index: whether it is the address's, only the adapter can find out. */
export class UniqueViolation extends Error {
  constructor(readonly property: string) {
    super('A unique column is taken.');
  }
}

/** Another transaction was in the way and this one rolled back: the same work may succeed at once. */
export class TransactionConflict extends Error {}

const UNIQUE = /^(23505|ER_DUP_(ENTRY|UNIQUE|KEY).*|SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID))$/;

/** serialization_failure, deadlock_detected, and their like in MariaDB and SQLite. */
const CONFLICT = /^(40001|40P01|ER_LOCK_DEADLOCK|ER_CHECKREAD|SQLITE_BUSY_SNAPSHOT)$/;

/** Values that the database refuses: too long, out of range, null, of another form, dangling. */
const REFUSED_VALUE = new RegExp(
  '^(22...|23...|SQLITE_(CONSTRAINT.*|MISMATCH|TOOBIG|RANGE)' +
    '|ER_(BAD_NULL_ERROR|NO_DEFAULT_FOR_FIELD|CONSTRAINT_FAILED|CHECK_CONSTRAINT_VIOLATED' +
    '|DATA_TOO_LONG|(WARN_)?DATA_OUT_OF_RANGE|INVALID_JSON_TEXT|ILLEGAL_VALUE_FOR_TYPE' +
    '|(NO_REFERENCED_ROW|ROW_IS_REFERENCED)(_2)?|CANNOT_CONVERT_(CHARACTER|STRING)' +
    '|TRUNCATED_WRONG_VALUE(_FOR_FIELD)?)|WARN_DATA_TRUNCATED)$',
);

/** What pools and connections say of themselves; their errors have no codes, and these texts no values. */
const POOL_MESSAGE = new RegExp(
  '^(timeout exceeded when trying to connect|Query read timeout|Pool is closed' +
    '|Connection terminated( unexpectedly| due to connection timeout)?' +
    '|Client (has encountered a connection error|was closed) and is not queryable' +
    "|Can't add new command when connection is in closed state" +
    '|Queue limit reached|No connections available|The database did not answer in time)\\.?$',
);

/**
 * The server or the way to it is in trouble, whatever the statement was: connections (08, 57P, 53),
 * disks (53, 58), locks (55P03, 57014), databases that are only read from (25006).
 */
const OUTAGE = new RegExp(
  '^(08...|53...|57...|58...|55P03|25006|E(CONN.*|PIPE|TIMEDOUT|HOST.*|NET.*|NOTFOUND|AI_AGAIN)' +
    '|PROTOCOL_.*|ER_((NORMAL|SERVER)_SHUTDOWN|CONNECTION_KILLED|CON_COUNT_ERROR|LOCK_WAIT_TIMEOUT' +
    '|QUERY_INTERRUPTED|STATEMENT_TIMEOUT|QUERY_TIMEOUT|DISK_FULL|RECORD_FILE_FULL' +
    '|OPTION_PREVENTS_STATEMENT|READ_ONLY_MODE)' +
    '|SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN).*)$',
);

/**
 * What to throw for a driver's error. The original stays here: it carries the statement with its
 * parameters, among them hashes and addresses.
 */
export function translate(error: unknown, columns: UserColumns): unknown {
  if (!isDriverError(error)) return error;
  const source = sourceOf(error);
  const code = codeOf(source);
  if (UNIQUE.test(code)) return new UniqueViolation(propertyOf(source, columns));
  if (CONFLICT.test(code)) return new TransactionConflict();
  if (REFUSED_VALUE.test(code) || /^2[23]...$/.test(source.sqlState ?? '')) {
    return refusedValue(propertyOf(source, columns), 'is refused by the database');
  }
  return new ServiceUnavailableError(1, `The database failed: ${code}.`);
}

/** Whether a statement failed for what has happened to the database, and not for what it says. */
export function isOutage(error: unknown): boolean {
  if (!isDriverError(error)) return false;
  // TypeORM takes the query runner back when it hears that its connection is lost.
  if (error instanceof TypeORMError && !(error instanceof QueryFailedError)) return true;
  const source = sourceOf(error);
  // Not all that MariaDB says has a name in its driver: 70100 is a connection that was killed.
  const codes = [codeOf(source), source.sqlState ?? ''];
  return (
    codes.some((code) => OUTAGE.test(code) || code === '70100') ||
    POOL_MESSAGE.test(String(source.message))
  );
}

export function refusedValue(property: string, message: string): InvalidUserDataError {
  return new InvalidUserDataError([{ field: property, messages: [message] }]);
}

/**
 * Whatever comes from a driver, a pool or the system. What an entity's own subscribers throw on
 * purpose, and mistakes in an entity or a call, are for their authors to see.
 */
function isDriverError(error: unknown): error is Error {
  if (error instanceof QueryFailedError) return true;
  if (error instanceof UsersError || !(error instanceof Error)) return false;
  if (error instanceof TypeORMError) {
    const { name, message } = error;
    return /Connection|QueryRunner|\nDriver not Connected/.test(`${name}\n${message}`);
  }
  return 'code' in error || 'errno' in error || error.constructor === Error;
}

function sourceOf(error: Error): DriverError {
  return (error instanceof QueryFailedError ? error.driverError : error) as DriverError;
}

function codeOf({ code, message, name }: DriverError): string {
  if (typeof code === 'string') return code;
  const text = String(message);
  // sql.js has no codes.
  const constraint = /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed/.exec(text)?.[1];
  if (constraint) return `SQLITE_CONSTRAINT_${constraint.replace(' ', '')}`;
  return POOL_MESSAGE.test(text) ? text.replace(/\.$/, '') : (name ?? 'an unknown error');
}
