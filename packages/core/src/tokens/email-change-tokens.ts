import { Inject, Injectable } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import { fingerprint } from './fingerprint.js';
import { type PurposeTokenOptions, PurposeTokens, stampOf } from './purpose-tokens.js';
import { VERIFICATION_TOKEN_OPTIONS } from './token.options.js';

/**
 * Decide about a change of address that is under way. Bound to stamp, address and pending address:
 * dead when the change was confirmed, cancelled or replaced, and with every new password.
 */
abstract class EmailChangeTokens extends PurposeTokens {
  protected bind(user: BaseUser): string {
    return fingerprint(
      'email-change',
      stampOf(user),
      user.canonicalEmail,
      JSON.stringify(user.pendingEmail),
    );
  }
}

/** Sent to the new address: confirms the change. */
@Injectable()
export class ConfirmEmailChangeTokens extends EmailChangeTokens {
  constructor(@Inject(VERIFICATION_TOKEN_OPTIONS) options: PurposeTokenOptions) {
    super(options, 'confirm-email-change');
  }
}

/** Sent to the old address: cancels the change. */
@Injectable()
export class CancelEmailChangeTokens extends EmailChangeTokens {
  constructor(@Inject(VERIFICATION_TOKEN_OPTIONS) options: PurposeTokenOptions) {
    super(options, 'cancel-email-change');
  }
}
