import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { InvalidPasswordError, ServiceUnavailableError } from '../users/users.errors.js';
import { isInRange, RangeUnavailableError } from './breach-range.js';
import { type PasswordContext, PasswordPolicy } from './password-policy.js';
import { RareWarnings } from '../logging/rare-warnings.js';

/** Options of {@link BreachedPasswordPolicy}. @publicApi */
export interface BreachedPasswordPolicyOptions {
  /**
   * Where ranges are: five hexadecimal digits are put behind it. Default
   * `https://api.pwnedpasswords.com/range/`; or a mirror that answers alike.
   */
  url?: string;
  /** How long an answer may take, in seconds: above 0, at most 60. Default 1. */
  timeoutSeconds?: number;
  /**
   * What becomes of a password that could not be looked up: `accept` it, so that nobody is kept out
   * by somebody else's server (the default), or `refuse` it by a
   * {@link ServiceUnavailableError}, status 503. Both log a warning, at most one in a minute.
   */
  whenUnavailable?: 'accept' | 'refuse';
}

/**
 * Refuses passwords that have leaked somewhere (OWASP ASVS 5.0, 6.2.12), as Have I Been Pwned
 * knows them. By k-anonymity: the first five digits of the password's SHA-1 digest leave the
 * process, which about a thousand leaked passwords share; the rest is compared here, and the size of
 * the answer is padded. Redirects are not followed.
 *
 * @example
 * passwordPolicy: new DefaultPasswordPolicy({ breachCheck: new BreachedPasswordPolicy() }),
 * @publicApi
 */
export class BreachedPasswordPolicy extends PasswordPolicy {
  readonly #ranges: URL;
  readonly #timeoutMs: number;
  readonly #isRefusing: boolean;
  readonly #warnings = new RareWarnings(new Logger('BreachedPasswordPolicy'), 60);

  /** @throws TypeError with the remedy, if an option cannot be right */
  constructor(options: BreachedPasswordPolicyOptions = {}) {
    super();
    const { url = 'https://api.pwnedpasswords.com/range/', timeoutSeconds = 1 } = options;
    const { whenUnavailable = 'accept' } = options;
    this.#ranges = rangesAt(url);
    if (!(typeof timeoutSeconds === 'number' && timeoutSeconds > 0 && timeoutSeconds <= 60)) {
      throw new TypeError('BreachedPasswordPolicy: timeoutSeconds must be above 0, at most 60.');
    }
    if (whenUnavailable !== 'accept' && whenUnavailable !== 'refuse') {
      throw new TypeError("BreachedPasswordPolicy: whenUnavailable must be 'accept' or 'refuse'.");
    }
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#isRefusing = whenUnavailable === 'refuse';
  }

  async validate(password: string, _context: PasswordContext): Promise<void> {
    // SHA-1 is what such lists are made of; nothing is kept secret by it.
    const digest = createHash('sha1').update(password).digest('hex').toUpperCase();
    const range = new URL(digest.slice(0, 5), this.#ranges);
    let isLeaked = false;
    try {
      isLeaked = await isInRange(range, digest.slice(5), this.#timeoutMs);
    } catch (error) {
      this.#passOver(error);
    }
    if (isLeaked) {
      throw new InvalidPasswordError(
        'This password has appeared in a data leak, so it is tried elsewhere. Choose one that you ' +
          'use nowhere else.',
      );
    }
  }

  #passOver(error: unknown): void {
    if (!(error instanceof RangeUnavailableError)) throw error;
    const outcome = this.#isRefusing ? 'The password is refused' : 'The password is accepted';
    this.#warnings.warn(
      `A password could not be looked up among the leaked ones: ${error.message}. ${outcome} (whenUnavailable).`,
    );
    if (this.#isRefusing) throw new ServiceUnavailableError(5);
  }
}

function rangesAt(url: string): URL {
  const ranges = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain =
    ranges &&
    /^https?:$/.test(ranges.protocol) &&
    ranges.pathname.endsWith('/') &&
    [ranges.username, ranges.password, ranges.search, ranges.hash].every((part) => part === '');
  if (isPlain) return ranges;
  throw new TypeError(
    'BreachedPasswordPolicy: url must be an http(s) address that ends in a slash, without name, ' +
      'password, query and fragment. Write it like https://api.pwnedpasswords.com/range/.',
  );
}
