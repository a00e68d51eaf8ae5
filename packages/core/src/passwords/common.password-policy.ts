import { InvalidPasswordError } from '../users/users.errors.js';
import { commonPasswords } from './common-passwords.js';
import { fold } from './fold.js';
import { isPattern } from './is-pattern.js';
import { type PasswordContext, PasswordPolicy } from './password-policy.js';

/**
 * Refuses the passwords that are guessed first: those of a list of 49 000 common ones (OWASP ASVS
 * 5.0, 6.2.4), runs such as `87654321` and repetitions such as `abcabcabc`. Upper and lower case make
 * no difference.
 *
 * The list is read when the first password is judged, which takes about 50 ms once.
 *
 * @publicApi
 */
export class CommonPasswordPolicy extends PasswordPolicy {
  async validate(password: string, _context: PasswordContext): Promise<void> {
    const folded = fold(password);
    if (isPattern(folded) || (await commonPasswords()).has(folded)) {
      throw new InvalidPasswordError(
        'This password is one of those that are guessed first. Choose another one: a few words that ' +
          'have nothing to do with each other are good.',
      );
    }
  }
}
