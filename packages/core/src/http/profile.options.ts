/** How one's own account may be changed. */
export interface ProfileOptions {
  /** See `UsersModuleOptions.requireCurrentPassword`. */
  readonly requireCurrentPassword: boolean;
}

/** Token of {@link ProfileOptions}. */
export const PROFILE_OPTIONS = Symbol('PROFILE_OPTIONS');
