import type { OriginalRequest } from '../../events/users.events.js';
import type { IssuedToken } from '../strategies/token-strategy.js';
import { Transport, type TransportResponse } from './transport.js';

/** RFC 6750, 2.1: the scheme in any case, one space, the token. */
const SCHEME = /^bearer /i;
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,8192}=*$/;

/**
 * The token travels in the `Authorization` header; the client receives it in the body of the login's
 * answer, as OAuth 2 words it (RFC 6749, 5.1), and keeps it itself.
 *
 * @publicApi
 */
export class BearerTransport extends Transport {
  readonly challenge = 'Bearer';
  readonly description = { kind: 'bearer' } as const;
  override readonly acceptsForms = true;

  read(request: OriginalRequest): string | null {
    const header = request.headers['authorization'];
    if (typeof header !== 'string' || !SCHEME.test(header)) return null;
    const token = header.slice('bearer '.length);
    return TOKEN.test(token) ? token : null;
  }

  login({ token, expiresInSeconds, refresh }: IssuedToken): TransportResponse {
    return {
      status: 200,
      headers: [],
      body: {
        access_token: token,
        token_type: 'bearer',
        expires_in: expiresInSeconds,
        ...(refresh && { refresh_token: refresh.token }),
      },
    };
  }

  /** The client forgets it by itself. */
  logout(): Pick<TransportResponse, 'headers'> {
    return { headers: [] };
  }
}
