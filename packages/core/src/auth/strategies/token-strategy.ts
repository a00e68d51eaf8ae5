import type { OriginalRequest } from '../../events/users.events.js';
import type { TokenStore } from '../../sessions/token-store.js';
import type { PublicJwk } from '../../tokens/jwk.js';
import type { RefreshClaims } from '../../tokens/refresh-token.js';
import type { RotationResult } from '../../sessions/rotation.js';
import type { TokenClaims } from '../../tokens/signed-token.js';
import type { PassportLike } from '../passport-runner.js';
import { tokenPassportStrategy } from './token.passport-strategy.js';

/** A refresh token that is ready to be sent. @publicApi */
export interface IssuedRefreshToken {
  readonly token: string;
  /** How long it is good for, in seconds, if it is not used before. */
  readonly expiresInSeconds: number;
}

/** A token that is ready to be sent. @publicApi */
export interface IssuedToken {
  readonly token: string;
  /** How long it is good for, in seconds. */
  readonly expiresInSeconds: number;
  /** What it can be replaced by another one with, where the strategy has such tokens. */
  readonly refresh?: IssuedRefreshToken;
}

/** Refresh tokens: what a strategy needs to have them. @publicApi */
export interface RefreshTokens {
  /** The claims of a refresh token that this backend made; `null` for anything else. */
  read(token: string, binding: TokenBinding): RefreshClaims | null;
  /** Uses it: the next access token and the next refresh token, or what is wrong. */
  exchange(claims: RefreshClaims, binding: TokenBinding): Promise<RefreshOutcome>;
}

/** What became of a refresh token. @publicApi */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly issued: IssuedToken }
  | Exclude<RotationResult, { readonly kind: 'rotated' }>;

/** Which backend a token belongs to. @publicApi */
export interface TokenBinding {
  /** Name of the backend; a token of another backend is not read. */
  readonly backend: string;
}

/** For whom a token is made. @publicApi */
export interface TokenIssue extends TokenBinding {
  /** The request of the login, for what a session remembers of the client; absent in calls from code. */
  readonly request?: OriginalRequest | undefined;
}

/** Claims of a good token, and the user's row where its store has read that as well. @publicApi */
export interface FoundClaims extends TokenClaims {
  /** As {@link FoundSession} has it: `null` for nobody, absent where the adapter is to be asked. */
  readonly user?: object | null | undefined;
}

/** What a backend's Passport strategy is made of. @publicApi */
export interface TokenPassportOptions extends TokenBinding {
  /** Takes the token out of a request. */
  readonly extract: (request: OriginalRequest) => string | null;
  /** Finds the user whom the claims name; `false` if the claims do not hold any more. */
  readonly verify: (claims: FoundClaims) => Promise<object | false>;
}

/**
 * What a token is: one half of a backend, the other being the {@link Transport}.
 *
 * The claims name the user and carry a fingerprint; whoever reads them compares it with the user's
 * row, so that a strategy need not know about revocation by stamp.
 *
 * @publicApi
 */
export abstract class TokenStrategy {
  /** Where its sessions are stored, if they are: they can be listed and ended one by one then. */
  get store(): TokenStore | undefined {
    return undefined;
  }

  /** Its refresh tokens, if it has any. */
  get refreshTokens(): RefreshTokens | undefined {
    return undefined;
  }

  /** The public halves of its keys, for everybody who checks its tokens; empty where it has none. */
  get publicKeys(): readonly PublicJwk[] {
    return [];
  }

  /** Makes a token for the claims. */
  abstract write(claims: TokenClaims, issue: TokenIssue): Promise<IssuedToken>;

  /** The claims of a token that this backend made and that is good; `null` for anything else. */
  abstract read(token: string, binding: TokenBinding): Promise<FoundClaims | null>;

  /**
   * Ends one token. `false` where tokens of this kind cannot be ended singly: the logout route then
   * answers 202 instead of 204.
   */
  abstract destroy(token: string, binding: TokenBinding): Promise<boolean>;

  /** The Passport strategy of a backend. The default asks {@link read}. */
  createPassportStrategy(options: TokenPassportOptions): PassportLike {
    return tokenPassportStrategy(this, options);
  }
}
