import type { OriginalRequest } from '../../events/users.events.js';
import type { IssuedToken } from '../strategies/token-strategy.js';

/** What a transport answers: the controller puts it on the platform's response. @publicApi */
export interface TransportResponse {
  readonly status: number;
  /** Headers to append, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What a transport is told of its backend. @publicApi */
export interface TransportBackend {
  /** Whether its logins give refresh tokens, too. */
  readonly hasRefreshTokens: boolean;
}

/** How a credential travels, for OpenAPI. @publicApi */
export type TransportDescription =
  { readonly kind: 'bearer' } | { readonly kind: 'cookie' | 'header'; readonly name: string };

/**
 * How a token travels between client and server: one half of a backend, the other being the
 * {@link TokenStrategy}.
 *
 * @publicApi
 */
export abstract class Transport {
  /** The challenge for `WWW-Authenticate` (RFC 9110, 11.6.1). */
  abstract readonly challenge: string;
  /** For OpenAPI. */
  abstract readonly description: TransportDescription;
  /** Whether the login route also takes an HTML form, as OAuth 2's password grant sends it. Default `false`. */
  readonly acceptsForms: boolean = false;

  /** The transport for the backend of this name. Override it where the name matters. */
  forBackend(_name: string, _backend: TransportBackend): Transport {
    return this;
  }

  /**
   * The token in a request, or `null`.
   *
   * @throws CsrfRejectedError if the browser may have sent it without the user's intent
   */
  abstract read(request: OriginalRequest): string | null;

  /** Whether the request carries something where the token would be, good or not. */
  isPresent(request: OriginalRequest): boolean {
    return this.read(request) !== null;
  }

  /**
   * Asked before a login and before a logout: both change what the client holds, and no other site
   * may cause that, with the client's credential or without it.
   *
   * @throws CsrfRejectedError
   */
  assertIntended(_request: OriginalRequest): void {}

  /**
   * The refresh token in a request, or `null`. The default takes the one that the body has.
   *
   * @param shown - `refresh_token` of the body
   * @throws CsrfRejectedError if the browser may have sent it without the user's intent
   */
  readRefresh(_request: OriginalRequest, shown: string | undefined): string | null {
    return shown ?? null;
  }

  /**
   * The answer that hands a new token to the client.
   *
   * @param request - to which it is the answer; absent in calls from code
   */
  abstract login(token: IssuedToken, request?: OriginalRequest): TransportResponse;

  /** What makes the client forget the token, and its refresh token. */
  abstract logout(request?: OriginalRequest): Pick<TransportResponse, 'headers'>;
}
