/**
 * What registration tells about an address that has an account. `explicit`: that it is taken.
 * `generic`: nothing; the owner is told instead. `closed`: there is no registration route.
 *
 * @publicApi
 */
export type RegistrationMode = 'explicit' | 'generic' | 'closed';

/**
 * When a user's new address counts. `instant`: at once, unverified. `confirmed`: once the link that
 * was mailed to it was followed; until then the old one stays.
 *
 * @publicApi
 */
export type EmailChangeMode = 'instant' | 'confirmed';

/** What the module decides for all users. */
export interface UsersPolicy {
  readonly registration: RegistrationMode;
  readonly emailChange: EmailChangeMode;
  /** See `UsersModuleOptions.requestVerificationOnRegister`. */
  readonly requestVerificationOnRegister: boolean;
}

/** Token of {@link UsersPolicy}. */
export const USERS_POLICY = Symbol('USERS_POLICY');
