import { MalformedBodyError, PayloadTooLargeError } from '../exceptions/request.errors.js';
import { InvalidUserDataError } from '../users/users.errors.js';

const MAX_DEPTH = 32;
const MAX_FIELDS = 1000;
/** Characters of all texts and names together. */
const MAX_LENGTH = 100_000;

/**
 * What databases refuse (NUL), and what decoders put in the place of bytes that are no UTF-8: from
 * then on different texts are one.
 */
const FORBIDDEN = /[\0\uFFFD]/;

/** Fields whose lone surrogates are judged later: the password policy says what is wrong. */
const PASSWORDS = new Set(['password', 'currentPassword']);

/**
 * A copy of a parsed body that is safe to look at: plain objects and arrays of bounded size, without
 * keys that mean something to JavaScript (`__proto__`, `constructor`, `hasOwnProperty`, …).
 *
 * Texts are judged wherever they stand, under names that no model declares too (RG-07, IN-06): which
 * fields a model reads is its own affair, by `@Expose({ name })` or a `@Transform()` that looks at others.
 *
 * @throws PayloadTooLargeError, MalformedBodyError
 * @throws InvalidUserDataError if the body is no object, or a text or a name has characters that databases
 * refuse or that several texts share (NUL, lone surrogates, U+FFFD)
 */
export function plainBody(body: unknown): Record<string, unknown> {
  const value = body ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidUserDataError([{ field: '', messages: ['the body must be an object'] }]);
  }
  return new Copier().copy(value, 1, '') as Record<string, unknown>;
}

class Copier {
  #fields = 0;
  #length = 0;

  copy(value: unknown, depth: number, field: string): unknown {
    if (typeof value === 'string') return this.#text(value, field);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw new MalformedBodyError();
    if (Array.isArray(value)) {
      this.#count(value.length);
      return value.map((item: unknown) => this.copy(item, depth + 1, field));
    }
    this.#count(Object.keys(value).length);
    const entries = Object.entries(value).filter(([key]) => !(key in Object.prototype));
    return Object.fromEntries(
      entries.map(([key, item]) => {
        this.#name(key, field);
        return [key, this.copy(item, depth + 1, key)] as const;
      }),
    );
  }

  /** Before any of them is looked at: ten thousand would hold up everybody else. */
  #count(fields: number): void {
    this.#fields += fields;
    if (this.#fields > MAX_FIELDS) throw new MalformedBodyError();
  }

  /** Of a field that holds whatever its client likes, names are data as well. */
  #name(name: string, field: string): void {
    this.#measure(name);
    if (FORBIDDEN.test(name) || !name.isWellFormed()) {
      const message = 'names of fields must be well-formed text without NUL or U+FFFD';
      throw new InvalidUserDataError([{ field, messages: [message] }]);
    }
  }

  #text(text: string, field: string): string {
    this.#measure(text);
    if (FORBIDDEN.test(text) || (!PASSWORDS.has(field) && !text.isWellFormed())) {
      throw new InvalidUserDataError([
        { field, messages: [`${field} must be well-formed text without NUL or U+FFFD`] },
      ]);
    }
    return text;
  }

  #measure(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_LENGTH) throw new PayloadTooLargeError();
  }
}
