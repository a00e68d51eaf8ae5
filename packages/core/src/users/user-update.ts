import { endEverything } from './security-stamp.js';
import type { UserChanges } from './user.adapter.js';
import { requireCanonicalEmail, type UpdateUserInput, writableFields } from './user-input.js';
import type { BaseUser } from './user.js';

/** What an input means for a row: the columns to write, and what follows from them. */
export interface UserUpdate<U extends BaseUser> {
  readonly columns: UserChanges<U>;
  /** The fields that change, for the event. */
  readonly changes: readonly string[];
  /** The new values that were asked for, for those who may refuse them. */
  readonly proposal: Readonly<Record<string, unknown>>;
  /** A new password, still to be judged and hashed. */
  readonly password: string | undefined;
  /** An address that is to wait for its confirmation. */
  readonly pendingEmail: string | undefined;
  /** Password or address change: the user has to prove who they are. */
  readonly isSensitive: boolean;
  /** The user may lose what makes them a superuser. */
  readonly isDemotion: boolean;
}

/** How an input is to be understood. */
export interface UpdateRules {
  /** It comes from the user themselves. */
  readonly isSafe: boolean;
  /** A new address has to be confirmed first. */
  readonly isEmailConfirmed: boolean;
}

/** Compares an input with the row that it is for. Pure: asks nobody, writes nothing. */
export function planUpdate<U extends BaseUser>(
  row: U,
  input: UpdateUserInput<U>,
  { isSafe, isEmailConfirmed }: UpdateRules,
): UserUpdate<U> {
  const address = addressColumns(row, input, isSafe);
  const isNewAddress = address.canonicalEmail !== undefined;
  const pendingEmail = isNewAddress && isEmailConfirmed ? input.email : undefined;
  const wanted = {
    ...writableFields(input, isSafe),
    ...(pendingEmail === undefined && address),
  };
  const columns = Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => !isEqual(row[key as keyof U], value)),
  ) as UserChanges<U>;
  const visible = Object.entries(columns).filter(([key]) => key !== 'canonicalEmail');

  const password = input.password;
  const isDeactivation = columns.isActive === false;
  if (password !== undefined || isDeactivation) Object.assign(columns, endEverything());
  if (columns.canonicalEmail !== undefined) columns.pendingEmail = null;
  if (pendingEmail !== undefined) columns.pendingEmail = pendingEmail;
  return {
    columns,
    changes: visible.map(([key]) => key),
    proposal: {
      ...Object.fromEntries(visible),
      ...(pendingEmail !== undefined && { email: pendingEmail }),
    },
    password,
    pendingEmail,
    isSensitive: password !== undefined || isNewAddress,
    isDemotion: isDeactivation || columns.isSuperuser === false,
  };
}

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
