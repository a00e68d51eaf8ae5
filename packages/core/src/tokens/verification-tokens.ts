import { Inject, Injectable } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import { fingerprint } from './fingerprint.js';
import { type PurposeTokenOptions, PurposeTokens } from './purpose-tokens.js';
import { VERIFICATION_TOKEN_OPTIONS } from './token.options.js';

/** Prove that somebody reads the mail of an address. Bound to the address, and dead when it changes. */
@Injectable()
export class VerificationTokens extends PurposeTokens {
  constructor(@Inject(VERIFICATION_TOKEN_OPTIONS) options: PurposeTokenOptions) {
    super(options, 'verify');
  }

  protected bind(user: BaseUser): string {
    return fingerprint('verify', user.canonicalEmail);
  }
}
