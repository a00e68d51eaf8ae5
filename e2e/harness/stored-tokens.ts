import { randomBytes } from 'node:crypto';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  type IssuedToken,
  type TokenBinding,
  type TokenClaims,
  TokenStrategy,
} from '@nestjs-users/core';

/**
 * Tokens without meaning, kept in a map, as an application may write it: a token can be ended. Its
 * letters are those of base64, which a cookie and a header must carry unchanged.
 */
export class StoredTokenStrategy extends TokenStrategy {
  readonly rows = new Map<string, { readonly claims: TokenClaims; readonly backend: string }>();

  async write(claims: TokenClaims, { backend }: TokenBinding): Promise<IssuedToken> {
    const token = `+/${randomBytes(32).toString('base64')}`;
    this.rows.set(token, { claims, backend });
    return { token, expiresInSeconds: 600 };
  }

  async read(token: string, { backend }: TokenBinding): Promise<TokenClaims | null> {
    const row = this.rows.get(token);
    return row?.backend === backend ? row.claims : null;
  }

  async destroy(token: string, { backend }: TokenBinding): Promise<boolean> {
    return (await this.read(token, { backend })) !== null && this.rows.delete(token);
  }
}

/** A backend with stored tokens. */
export function storedBackend(
  name: string,
  transport: 'bearer' | 'cookie',
  strategy = new StoredTokenStrategy(),
): AuthBackend {
  return new AuthBackend({
    name,
    transport: transport === 'bearer' ? new BearerTransport() : new CookieTransport(),
    strategy,
  });
}
