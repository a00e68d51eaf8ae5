import { canonicalEmail } from './email.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';

/** The row of an address, in whatever spelling; text that is no address belongs to nobody. */
export async function findByEmail<U extends BaseUser>(
  adapter: UserAdapter<U>,
  email: string,
): Promise<U | null> {
  const canonical = canonicalEmail(email);
  return canonical === undefined ? null : adapter.findByCanonicalEmail(canonical);
}
