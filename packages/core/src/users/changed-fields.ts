import type { UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';

/** Columns that follow from others. */
const CONSEQUENCES = new Set(['canonicalEmail', 'securityStamp', 'updatedAt']);

/** The names of the fields that an update changes, as people call them. */
export function changedFields<U extends BaseUser>(before: U, columns: UserChanges<U>): string[] {
  return Object.entries(columns)
    .filter(([column]) => !CONSEQUENCES.has(column))
    .filter(([column, value]) => value !== undefined && value !== before[column as keyof U])
    .map(([column]) => (column === 'hashedPassword' ? 'password' : column));
}
