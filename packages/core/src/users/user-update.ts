import { newSecurityStamp } from '../tokens/fingerprint.js';
import type { UserChanges } from './user.adapter.js';
import { requireCanonicalEmail, type UpdateUserInput, writableFields } from './user-input.js';
import type { BaseUser } from './user.js';

/** What an input means for a row: the columns to write, and what follows from them. */
export interface UserUpdate<U extends BaseUser> {
  readonly columns: UserChanges<U>;
  /** The fields that change, for the event. */
  readonly changes: readonly string[];
  /** Their new values. */
  readonly proposal: Readonly<Record<string, unknown>>;
  /** A new password, still to be judged and hashed. */
  readonly password: string | undefined;
  /** Password or address change: the user has to prove who they are. */
  readonly isSensitive: boolean;
  /** The user may lose what makes them a superuser. */
  readonly isDemotion: boolean;
}

/** Compares an input with the row that it is for. Pure: asks nobody, writes nothing. */
export function planUpdate<U extends BaseUser>(
  row: U,
  input: UpdateUserInput<U>,
  isSafe: boolean,
): UserUpdate<U> {
  const wanted = { ...writableFields(input, isSafe), ...addressColumns(row, input, isSafe) };
  const columns = Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => !isEqual(row[key as keyof U], value)),
  ) as UserChanges<U>;
  const password = input.password;
  const isDeactivation = columns.isActive === false;
  if (password !== undefined || isDeactivation) columns.securityStamp = newSecurityStamp();
  const visible = Object.entries(columns).filter(([key]) => !HIDDEN.has(key));
  return {
    columns,
    changes: visible.map(([key]) => key),
    proposal: Object.fromEntries(visible),
    password,
    isSensitive: password !== undefined || columns.canonicalEmail !== undefined,
    isDemotion: isDeactivation || columns.isSuperuser === false,
  };
}

const HIDDEN = new Set(['canonicalEmail', 'securityStamp']);

/** A new address is not verified; a new spelling of the old one is no new address. */
function addressColumns(
  row: BaseUser,
  input: UpdateUserInput,
  isSafe: boolean,
): UserChanges<BaseUser> {
  if (input.email === undefined) return {};
  const canonicalEmail = requireCanonicalEmail(input.email);
  if (canonicalEmail === row.canonicalEmail) return { email: input.email };
  const isVerified = isSafe ? false : (input.isVerified ?? false);
  return { email: input.email, canonicalEmail, isVerified };
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b;
}
