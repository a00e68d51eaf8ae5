import { Inject, Injectable } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import { fingerprint, isSameFingerprint } from './fingerprint.js';
import { RESET_TOKEN_OPTIONS, type ResetTokenOptions } from './reset-token.options.js';
import { signToken, type TokenClaims, verifyToken } from './signed-token.js';

/**
 * Tokens that permit to choose a new password. Nothing of them is stored: each is bound to the
 * user's stamp and address, so that it dies with its first use and with every change of password,
 * address or stamp.
 */
@Injectable()
export class ResetTokens {
  readonly #options;

  constructor(@Inject(RESET_TOKEN_OPTIONS) options: ResetTokenOptions) {
    this.#options = { ...options, audience: 'nestjs-users:reset-password' };
  }

  /** Makes a token for a row with its stamp. */
  issue(user: BaseUser): string {
    return signToken({ subject: String(user.id), fingerprint: bind(user) }, this.#options);
  }

  /** The claims of a token that is genuine and not expired. */
  read(token: unknown): TokenClaims | undefined {
    return verifyToken(token, this.#options);
  }

  /** Whether the user is still as they were when the token was made. */
  fits(claims: TokenClaims, user: BaseUser): boolean {
    return isSameFingerprint(claims.fingerprint, bind(user));
  }
}

function bind(user: BaseUser): string {
  if (!user.securityStamp) throw new TypeError('A reset token needs the stamp of the user.');
  return fingerprint('reset-password', user.securityStamp, user.canonicalEmail);
}
