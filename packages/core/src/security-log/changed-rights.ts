import type { UserUpdatedEvent } from '../events/users.events.js';
import { PRIVILEGE_FIELDS } from '../users/user.js';

/**
 * The rights that an update has changed, as they are now. What a new address does to `isVerified` is
 * told with the address.
 */
export function changedRights({ user, changes }: UserUpdatedEvent): Record<string, boolean> {
  const isNewAddress = changes.includes('email');
  const changed = PRIVILEGE_FIELDS.filter(
    (field) => changes.includes(field) && !(isNewAddress && field === 'isVerified'),
  );
  return Object.fromEntries(changed.map((field) => [field, user[field]]));
}
