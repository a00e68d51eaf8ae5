/**
 * What every stored user has. The application's entity has these columns and its own beside them.
 *
 * @typeParam Id - the type of the primary key: a string (UUID) or a number.
 * @publicApi
 */
export interface BaseUser<Id extends UserId = UserId> {
  /** Primary key, given by the adapter, never changed and never taken from a client. */
  id: Id;
  /** The e-mail address as its owner spelled it. Mail goes to this one. */
  email: string;
  /**
   * The one form of the address that all its spellings share: see {@link canonicalEmail}.
   * Unique; every look-up by address uses it.
   */
  canonicalEmail: string;
  /**
   * The address that replaces {@link email} once whoever reads its mail has confirmed the change
   * (see `emailChange: 'confirmed'`); `null` if no change is under way.
   */
  pendingEmail: string | null;
  /**
   * The password hash, or `null` for somebody who has no password. Only adapters and the library's
   * own code see it: a user that the library hands out has `undefined` here.
   */
  hashedPassword?: string | null;
  /**
   * 128 random bits in lower-case hexadecimal digits, changed with the password, on deactivation
   * and on "log out everywhere". Credentials carry a digest of it, so a change ends them all at
   * once. Hidden like {@link hashedPassword}.
   */
  securityStamp?: string;
  /** An inactive user can neither log in nor use a credential issued before. */
  isActive: boolean;
  /** May use the administration routes. Nobody becomes one through a public route. */
  isSuperuser: boolean;
  /** Has proven that the address is theirs. */
  isVerified: boolean;
  /** When the row was made. */
  createdAt: Date;
  /** When a column of the row changed last. */
  updatedAt: Date;
}

/** The types that a primary key may have. @publicApi */
export type UserId = string | number;

/** The columns that the library alone writes, whoever asks. @publicApi */
export const SYSTEM_FIELDS = [
  'id',
  'canonicalEmail',
  'pendingEmail',
  'hashedPassword',
  'securityStamp',
  'createdAt',
  'updatedAt',
] as const;

/** The columns that say what a user may do: writable by superusers and by code, never by the user. @publicApi */
export const PRIVILEGE_FIELDS = ['isActive', 'isSuperuser', 'isVerified'] as const;

/** Names of {@link SYSTEM_FIELDS}. @publicApi */
export type SystemField = (typeof SYSTEM_FIELDS)[number];

/** Names of {@link PRIVILEGE_FIELDS}. @publicApi */
export type PrivilegeField = (typeof PRIVILEGE_FIELDS)[number];

/** The application's own columns: what its entity has beside {@link BaseUser}. @publicApi */
export type OwnFields<U extends BaseUser> = Partial<Omit<U, keyof BaseUser>>;
