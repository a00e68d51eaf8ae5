import type { KeyObject } from 'node:crypto';
import type { BaseUser } from '../users/user.js';
import { isSameFingerprint } from './fingerprint.js';
import { KeyRing } from './key-ring.js';
import {
  type SignedTokenOptions,
  signToken,
  type TokenClaims,
  verifyToken,
} from './signed-token.js';
import { sharedKey } from './token-key.js';

/** How the tokens of one purpose are made. */
export interface PurposeTokenOptions {
  readonly key: KeyObject;
  readonly lifetimeSeconds: number;
}

/**
 * Tokens that a mail carries, each good for one purpose. Nothing of them is stored: each is bound to
 * what must not have changed about the user since it was made.
 */
export abstract class PurposeTokens {
  readonly #options: SignedTokenOptions;

  /** @param purpose - keeps the tokens of one secret apart: it is their audience */
  constructor({ key, lifetimeSeconds }: PurposeTokenOptions, purpose: string) {
    const keys = new KeyRing([sharedKey(key)]);
    this.#options = { keys, lifetimeSeconds, audience: `nestjs-users:${purpose}` };
  }

  /** Digest of what the token is bound to. */
  protected abstract bind(user: BaseUser): string;

  /** Makes a token for a row with its secrets. */
  issue(user: BaseUser): string {
    const claims = { subject: String(user.id), fingerprint: this.bind(user) };
    return signToken(claims, this.#options);
  }

  /** The claims of a token that is genuine and not expired. */
  read(token: unknown): TokenClaims | undefined {
    return verifyToken(token, this.#options);
  }

  /** Whether the user is still as they were when the token was made. */
  fits(claims: TokenClaims, user: BaseUser): boolean {
    return isSameFingerprint(claims.fingerprint, this.bind(user));
  }
}

/** The stamp of a row, which tokens of most purposes are bound to. */
export function stampOf({ securityStamp }: BaseUser): string {
  if (securityStamp) return securityStamp;
  throw new TypeError('A token needs the stamp of the user: hand over the row as it is stored.');
}
