import { isSameFingerprint } from '../tokens/fingerprint.js';
import type { UserAdapter } from '../users/user.adapter.js';
import type { BaseUser } from '../users/user.js';
import type { Backend } from './auth-backend.js';
import { credentialBinding } from './credential-binding.js';
import type { FoundClaims } from './strategies/token-strategy.js';

/**
 * The row of the user whom good claims name, active or not, read anew at each request, so that every
 * change bites at once. `null` once the user is gone or has another stamp: the claims hold no more then,
 * and never will again.
 */
export async function tokenHolder<U extends BaseUser>(
  adapter: UserAdapter<U>,
  backend: Backend,
  claims: FoundClaims,
): Promise<U | null> {
  const row = await rowOf(adapter, claims);
  if (!row?.securityStamp) return null;
  const binding = credentialBinding(backend.name, row.securityStamp);
  return isSameFingerprint(claims.fingerprint, binding) ? row : null;
}

function rowOf<U extends BaseUser>(
  adapter: UserAdapter<U>,
  { subject, user }: FoundClaims,
): Promise<U | null> | U | null {
  if (user === undefined) {
    const id = adapter.parseId(subject);
    return id === undefined ? null : adapter.findById(id);
  }
  const row = user as U | null;
  return row && String(row.id) === subject ? row : null;
}
