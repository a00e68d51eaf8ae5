import { fingerprint } from '../tokens/fingerprint.js';

/** What every credential of a backend carries: it is good as long as the user's stamp stays the same. */
export function credentialBinding(backend: string, securityStamp: string): string {
  return fingerprint('auth', backend, securityStamp);
}
