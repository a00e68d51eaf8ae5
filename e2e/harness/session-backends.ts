import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  StoredTokenStrategy,
  type StoredTokenStrategyOptions,
  type TokenStore,
} from '@nestjs-users/core';
import { SECRET, usualBackends } from './host.js';
import type { StoredBackendName } from './persona.js';

/** The backends whose sessions are stored. */
export const storedBackends: readonly StoredBackendName[] = ['opaque', 'session', 'listed'];

/** The usual backends, and of each kind one that stores its sessions. */
export function sessionBackends(
  store: TokenStore,
  options: Partial<StoredTokenStrategyOptions> = {},
): AuthBackend[] {
  const strategy = new StoredTokenStrategy({ store, ...options });
  return [
    new AuthBackend({ name: 'opaque', transport: new BearerTransport(), strategy }),
    new AuthBackend({ name: 'session', transport: new CookieTransport(), strategy }),
    new AuthBackend({
      name: 'listed',
      transport: new BearerTransport(),
      strategy: new JwtTokenStrategy({ secret: SECRET, store }),
    }),
    ...usualBackends(),
  ];
}
