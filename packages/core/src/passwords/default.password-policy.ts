import type { BreachedPasswordPolicy } from './breached.password-policy.js';
import { CommonPasswordPolicy } from './common.password-policy.js';
import { CompositePasswordPolicy } from './composite.password-policy.js';
import {
  ContextPasswordPolicy,
  type ContextPasswordPolicyOptions,
} from './context.password-policy.js';
import {
  LengthPasswordPolicy,
  type LengthPasswordPolicyOptions,
} from './length.password-policy.js';

/** Options of {@link DefaultPasswordPolicy}. @publicApi */
export interface DefaultPasswordPolicyOptions
  extends LengthPasswordPolicyOptions, ContextPasswordPolicyOptions {
  /** Asks, last of all, whether the password has leaked somewhere. Default: nobody is asked. */
  breachCheck?: BreachedPasswordPolicy;
}

/**
 * Which passwords are accepted if nothing is configured: at least 8 characters, not one of the common
 * ones, and nothing of the account's address. One composed of {@link LengthPasswordPolicy},
 * {@link ContextPasswordPolicy} and {@link CommonPasswordPolicy}, which can be used alone, too.
 *
 * @example
 * passwordPolicy: new DefaultPasswordPolicy({
 *   minLength: 15,
 *   contextWords: ['acme'],
 *   breachCheck: new BreachedPasswordPolicy(),
 * }),
 * @publicApi
 */
export class DefaultPasswordPolicy extends CompositePasswordPolicy {
  /** @throws TypeError with the remedy, if an option cannot be right */
  constructor({ minLength, contextWords, breachCheck }: DefaultPasswordPolicyOptions = {}) {
    super([
      new LengthPasswordPolicy({ minLength }),
      new ContextPasswordPolicy({ contextWords }),
      new CommonPasswordPolicy(),
      ...(breachCheck ? [breachCheck] : []),
    ]);
  }
}
