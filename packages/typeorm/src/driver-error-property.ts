import type { UserColumns } from './user-table.js';

/** What drivers' errors have. Values of the row are in most of these texts: none may go further. */
export interface DriverError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  /** MariaDB, MySQL. */
  readonly sqlState?: string;
  /** PostgreSQL. */
  readonly column?: string;
  readonly constraint?: string;
  readonly detail?: string;
}

/** Each takes a name out of a place where no value of the row can stand. */
const NAMES: readonly ((error: DriverError) => string | undefined)[] = [
  ({ column }) => column,
  ({ constraint }) => constraint,
  // PostgreSQL: `Key (nickname)=(…) already exists.`, in any language.
  ({ detail }) => /^[^(]*\("?([^()"]+)"?\)=/.exec(detail ?? '')?.[1],
  // SQLite: `UNIQUE constraint failed: users.nickname`
  ({ message }) => /constraint failed: (?:[^,]*\.)?([^.,]+)$/.exec(message ?? '')?.[1],
  // MariaDB: `Duplicate entry '…' for key 'users.IDX_nickname'`
  ({ message }) => / for key '(?:[^']*\.)?([^'.]+)'$/.exec(message ?? '')?.[1],
  // MariaDB: `Data too long for column 'nickname' at row 1`, sometimes with table and back quotes
  ({ message }) => / column ['`](?:.*`\.`)?([^'`]+)['`] at row \d+$/.exec(message ?? '')?.[1],
  // MariaDB: `… a foreign key constraint fails (`database`.`users`, CONSTRAINT … FOREIGN KEY (`team`) …`
  ({ message }) => / FOREIGN KEY \(`([^`]+)`\) REFERENCES /.exec(message ?? '')?.[1],
  ({ message }) => /^(?:Column|Field) '([^']+)' (?:cannot|doesn't)/.exec(message ?? '')?.[1],
];

/** The property that a driver's error is about; empty if it cannot be told. */
export function propertyOf(error: DriverError, columns: UserColumns): string {
  for (const nameOf of NAMES) {
    const name = nameOf(error);
    const property = name === undefined ? undefined : columns.propertyNamed(name);
    if (property !== undefined) return property;
  }
  return '';
}
