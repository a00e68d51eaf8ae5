import type { RateLimit } from './rate-limit-store.js';

/** How often may be tried. @publicApi */
export interface AttemptLimitsOptions {
  /**
   * Passwords for one account, existing or not, right or wrong, by all those together from whose
   * addresses nobody has logged in to it lately. Default `{ max: 10, perSeconds: 900 }`. Addresses of
   * the last month's logins (and of the last reset) have a budget of their own each, of the same size:
   * strangers who guess do not lock the owner out.
   */
  perAccount?: RateLimit;
  /**
   * Passwords, registrations, requests for mails, tokens out of mails, and refresh tokens that are
   * forged or have expired, each for itself, from one client address (IPv6: one /64). Default
   * `{ max: 100, perSeconds: 900 }`. Those who are known at an address have ten times as much there,
   * all together. As many refresh tokens of one session that has ended are looked
   * at, wherever they come from.
   */
  perAddress?: RateLimit;
}

/** {@link AttemptLimitsOptions} with defaults, checked; `false` where there are none. */
export interface AttemptLimitValues {
  readonly value: Required<AttemptLimitsOptions> | false;
  /** Two modules of one application may have users of the same address. */
  readonly module: string;
}

/** Token of {@link AttemptLimitValues}. */
export const ATTEMPT_LIMITS = Symbol('ATTEMPT_LIMITS');
