/** Whose password is judged. @publicApi */
export interface PasswordContext {
  /** The address of the account; where it changes in the same step, the new one. */
  readonly email: string;
}

/**
 * Says which passwords are good enough: a port, and its own injection token. Asked on every way on
 * which a password can be set, and never at login: a password that was good once lets its owner in.
 *
 * The default is `DefaultPasswordPolicy`. Several policies are made one by `CompositePasswordPolicy`.
 *
 * @example
 * class NoSwearing extends PasswordPolicy {
 *   validate(password: string): void {
 *     if (isRude(password)) throw new InvalidPasswordError('Be kind, and choose other words.');
 *   }
 * }
 * @publicApi
 */
export abstract class PasswordPolicy {
  /**
   * @param password - in NFKC, and within the hard limits on length
   * @throws InvalidPasswordError with a reason for the person who chose the password: a sentence that
   * says what to do, and never repeats the password, for it is shown and may be logged
   */
  abstract validate(password: string, context: PasswordContext): void | Promise<void>;
}
