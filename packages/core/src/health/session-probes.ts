import { AuthBackend } from '../auth/auth-backend.js';
import type { Backends } from '../auth/backends.js';
import type { TokenStore } from '../sessions/token-store.js';
import { Probe } from './probe.js';

/** A store of sessions, and the backends that need it. */
export interface SessionProbe {
  readonly probe: Probe;
  readonly backends: readonly string[];
}

/** No digest is all noughts. */
const NO_DIGEST = '0'.repeat(64);

/** One for each store: several backends may share one. */
export function sessionProbes(backends: Backends): SessionProbe[] {
  const names = new Map<TokenStore, string[]>();
  for (const backend of backends.all()) {
    const store = backend instanceof AuthBackend ? backend.strategy.store : undefined;
    if (store) names.set(store, [...(names.get(store) ?? []), backend.name]);
  }
  return [...names].map(([store, used]) => ({
    backends: used,
    probe: new Probe(`The store of sessions of ${used.join(', ')}`, () =>
      store.find(NO_DIGEST, new Date()),
    ),
  }));
}
