import { Inject, Injectable } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import { fingerprint } from './fingerprint.js';
import { type PurposeTokenOptions, PurposeTokens, stampOf } from './purpose-tokens.js';
import { RESET_TOKEN_OPTIONS } from './token.options.js';

/**
 * Permit to choose a new password. Bound to stamp and address: dead with the first use, and with
 * every change of password, address or stamp.
 */
@Injectable()
export class ResetTokens extends PurposeTokens {
  constructor(@Inject(RESET_TOKEN_OPTIONS) options: PurposeTokenOptions) {
    super(options, 'reset-password');
  }

  protected bind(user: BaseUser): string {
    return fingerprint('reset-password', stampOf(user), user.canonicalEmail);
  }
}
