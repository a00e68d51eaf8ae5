import { InvalidPasswordError } from '../users/users.errors.js';
import { addressWords, MIN_WORD_LENGTH } from './address-words.js';
import { foldToWord } from './fold.js';
import { codePoints } from './normalize-password.js';
import { type PasswordContext, PasswordPolicy } from './password-policy.js';

/** Options of {@link ContextPasswordPolicy}. @publicApi */
export interface ContextPasswordPolicyOptions {
  /**
   * Words that are easy to guess here: the names of the product, of the company, of the town. At
   * least four letters or digits each. Default: none.
   */
  contextWords?: readonly string[];
}

/**
 * Refuses passwords that contain what everybody knows (OWASP ASVS 5.0, 6.2.11): configured words, the
 * account's address, its local part (also without `+tag` and without the number at its end), and the
 * name in its domain. Only letters and digits count, in upper and lower case alike: for
 * `anna.smith@…`, neither `Anna.Smith!` nor `annasmith1990` is good.
 *
 * What has less than four letters, and everyday words such as `info@` and `test@`, are no reason.
 *
 * @publicApi
 */
export class ContextPasswordPolicy extends PasswordPolicy {
  readonly #words: readonly string[];

  /** @throws TypeError if a word has less than four letters or digits */
  constructor({ contextWords = [] }: ContextPasswordPolicyOptions = {}) {
    super();
    this.#words = contextWords.map(toWord);
  }

  validate(password: string, { email }: PasswordContext): void {
    const letters = foldToWord(password);
    const isIn = (word: string): boolean => letters.includes(word);
    if (addressWords(email).some(isIn)) {
      throw new InvalidPasswordError(
        'The password contains the e-mail address or a part of it. Choose words that have nothing ' +
          'to do with the address.',
      );
    }
    if (this.#words.some(isIn)) {
      throw new InvalidPasswordError(
        'The password contains a name that everybody here knows. Choose words that have nothing to ' +
          'do with this service.',
      );
    }
  }
}

function toWord(text: string): string {
  const word = foldToWord(text);
  if (codePoints(word) >= MIN_WORD_LENGTH) return word;
  throw new TypeError(
    `ContextPasswordPolicy: "${text}" in contextWords has less than ${MIN_WORD_LENGTH} letters or ` +
      'digits, which is in too many passwords by accident. Write a longer form of it, or leave it out.',
  );
}
