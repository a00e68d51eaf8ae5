/** What the routes demand beyond what the services do. */
export interface RoutesOptions {
  /** See `UsersModuleOptions.requireCurrentPassword`. */
  readonly requireCurrentPassword: boolean;
  /** See `UsersModuleOptions.superusersMaySetPasswords`. */
  readonly superusersMaySetPasswords: boolean;
}

/** Token of {@link RoutesOptions}. */
export const ROUTES_OPTIONS = Symbol('ROUTES_OPTIONS');
