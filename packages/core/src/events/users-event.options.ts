/** How events are delivered. @publicApi */
export interface UsersEventOptions {
  /** Name of the module whose events these are. */
  readonly name: string;
  /** See `UsersModuleOptions.awaitListeners`. */
  readonly awaitListeners: boolean;
  /** See `UsersModuleOptions.constantAnswerSeconds`. */
  readonly constantAnswerSeconds: number;
  /** See `UsersModuleOptions.listenerTimeoutSeconds`. */
  readonly listenerTimeoutSeconds: number;
  /** See `UsersModuleOptions.shutdownGraceSeconds`. */
  readonly shutdownGraceSeconds: number;
}

/** Token of {@link UsersEventOptions}. */
export const USERS_EVENT_OPTIONS = Symbol('USERS_EVENT_OPTIONS');
