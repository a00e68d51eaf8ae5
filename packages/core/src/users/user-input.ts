import type { OriginalRequest } from '../events/users.events.js';
import { canonicalEmail } from './email.js';
import {
  type BaseUser,
  type OwnFields,
  PRIVILEGE_FIELDS,
  type PrivilegeField,
  SYSTEM_FIELDS,
} from './user.js';
import type { Confirmation } from './user-writer.js';
import { InvalidUserDataError } from './users.errors.js';

/** What a user is created from. @publicApi */
export type CreateUserInput<U extends BaseUser = BaseUser> = {
  email: string;
  /** Absent or `null` for somebody who has no password (and cannot log in with one). */
  password?: string | null;
} & Partial<Pick<BaseUser, PrivilegeField>> &
  OwnFields<U>;

/** What of a user is changed: only what is there and not `undefined`. @publicApi */
export type UpdateUserInput<U extends BaseUser = BaseUser> = {
  email?: string;
  password?: string;
} & Partial<Pick<BaseUser, PrivilegeField>> &
  OwnFields<U>;

/** Who is behind a call. @publicApi */
export interface CallOptions {
  /** The request that led to it: for the listeners, and for the limits on attempts. */
  request?: OriginalRequest;
}

/**
 * Options of `UsersService.authenticate`. Without a `request` the attempt is counted against the account
 * alone.
 *
 * @publicApi
 */
export interface CredentialOptions extends CallOptions {
  /** Whoever is not verified is nobody, just as whoever is inactive. Default `false`. */
  isVerifiedOnly?: boolean;
  /** Name of the backend that the login is for: for metrics and listeners. Default: none. */
  backend?: string;
}

/** Options of `UsersService.forgotPassword`. @publicApi */
export interface ForgotPasswordOptions extends CallOptions {
  /**
   * Count this among the mails that strangers may cause (see `mailLimit`), and send nothing when
   * there were enough. `false` where no stranger is behind the call. Default `true`.
   */
  isLimited?: boolean;
}

/** Options of writes. @publicApi */
export interface WriteOptions extends CallOptions {
  /**
   * `true` when the input comes from the user themselves: what they may not decide (`isActive`,
   * `isSuperuser`, `isVerified`) is left out. Default `false`: the caller decides.
   */
  safe?: boolean;
}

/** Options of `UsersService.update`. @publicApi */
export interface UpdateUserOptions extends WriteOptions {
  /**
   * Demand the current password before password or address change: the value to check, or
   * `undefined` if none was given. Leave the property out to demand nothing.
   */
  confirmation?: Confirmation;
}

/** Options of `UsersService.delete`. @publicApi */
export interface DeleteUserOptions extends CallOptions {
  /** Permits to delete the last active superuser. Default `false`. */
  allowLastSuperuser?: boolean;
  /**
   * Demand the current password: the value to check, or `undefined` if none was given. Leave the
   * property out to demand nothing.
   */
  confirmation?: Confirmation;
}

const NEVER_COPIED = new Set<string>([...SYSTEM_FIELDS, 'email', 'password', 'currentPassword']);
const PRIVILEGES = new Set<string>(PRIVILEGE_FIELDS);

/** The columns that an input may decide, address and password apart. */
export function writableFields(input: object, isSafe: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).filter(
      ([key, value]) =>
        value !== undefined && !NEVER_COPIED.has(key) && !(isSafe && PRIVILEGES.has(key)),
    ),
  );
}

/**
 * The canonical form of an address that is to be stored.
 *
 * @throws InvalidUserDataError if it is not exactly one plain address
 */
export function requireCanonicalEmail(email: unknown): string {
  const canonical = canonicalEmail(email);
  if (canonical !== undefined) return canonical;
  throw new InvalidUserDataError([
    { field: 'email', messages: ['email must be one plain e-mail address'] },
  ]);
}
