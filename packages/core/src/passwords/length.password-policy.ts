import { Injectable } from '@nestjs/common';
import { InvalidPasswordError } from '../users/users.errors.js';
import { codePoints } from './normalize-password.js';
import { type PasswordContext, PasswordPolicy } from './password-policy.js';

/** Options of {@link LengthPasswordPolicy}. @publicApi */
export interface LengthPasswordPolicyOptions {
  /** In Unicode code points. Default 8, the least allowed; 15 is better (NIST SP 800-63B-4, 3.1.1.2). */
  minLength?: number;
}

/**
 * Asks for a minimum length in Unicode code points and nothing else: no composition rules (OWASP
 * ASVS 5.0, 6.2.1 and 6.2.5). The maximum is not a policy's affair: see
 * {@link MAX_PASSWORD_CODE_POINTS}.
 *
 * @publicApi
 */
@Injectable()
export class LengthPasswordPolicy extends PasswordPolicy {
  readonly #minLength: number;

  /** @throws TypeError if `minLength` is no whole number of at least 8 */
  constructor({ minLength = 8 }: LengthPasswordPolicyOptions = {}) {
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
