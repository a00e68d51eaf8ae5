import type { ConfigService } from '@nestjs/config';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  StoredTokenStrategy,
  type TokenStore,
} from '@nestjs-users/core';

/** Three ways to stay logged in. All of them stand in the same list of sessions. */
export function backends(store: TokenStore, config: ConfigService): AuthBackend[] {
  const renewed = new JwtTokenStrategy({
    secret: config.getOrThrow('AUTH_SECRET'),
    store,
    lifetimeSeconds: Number(config.get('ACCESS_TOKEN_SECONDS', 900)),
    refresh: {},
  });
  return [
    // The cookie names a row: the simplest one, and what most pages want.
    new AuthBackend({
      name: 'session',
      transport: new CookieTransport(),
      strategy: new StoredTokenStrategy({ store, maxSessions: 10 }),
    }),
    // Two cookies: an access token that soon expires, and the refresh token that replaces it.
    new AuthBackend({ name: 'web', transport: new CookieTransport(), strategy: renewed }),
    // The same for apps, which keep both tokens themselves.
    new AuthBackend({ name: 'mobile', transport: new BearerTransport(), strategy: renewed }),
  ];
}
