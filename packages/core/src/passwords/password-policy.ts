import { Injectable } from '@nestjs/common';
import { InvalidPasswordError } from '../users/users.errors.js';
import { codePoints } from './normalize-password.js';

/** Whose password is judged. @publicApi */
export interface PasswordContext {
  /** The address of the account. */
  readonly email: string;
}

/**
 * Says which passwords are good enough: a port, and its own injection token. Asked on every way on
 * which a password can be set, and never at login.
 *
 * @example
 * class NoCompanyName extends LengthPasswordPolicy {
 *   override validate(password: string, context: PasswordContext): void {
 *     super.validate(password, context);
 *     if (/acme/i.test(password)) throw new InvalidPasswordError('Leave the company out of it.');
 *   }
 * }
 * @publicApi
 */
export abstract class PasswordPolicy {
  /**
   * @param password - in NFKC, and within the hard limits on length
   * @throws InvalidPasswordError with a reason for the person who chose it
   */
  abstract validate(password: string, context: PasswordContext): void | Promise<void>;
}

/**
 * Asks for a minimum length in Unicode code points and nothing else: no composition rules (OWASP
 * ASVS 5.0, 6.2.1 and 6.2.5).
 *
 * @publicApi
 */
@Injectable()
export class LengthPasswordPolicy extends PasswordPolicy {
  readonly #minLength: number;

  /** @param minLength - default 8, the least allowed; 15 is better (NIST SP 800-63B-4). */
  constructor({ minLength = 8 }: { minLength?: number } = {}) {
    super();
    if (!Number.isInteger(minLength) || minLength < 8) {
      throw new TypeError('LengthPasswordPolicy: minLength must be a whole number of at least 8.');
    }
    this.#minLength = minLength;
  }

  validate(password: string, _context: PasswordContext): void {
    if (codePoints(password) < this.#minLength) {
      throw new InvalidPasswordError(`The password needs at least ${this.#minLength} characters.`);
    }
  }
}
