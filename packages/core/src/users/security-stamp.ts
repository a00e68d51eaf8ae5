import { newSecurityStamp } from '../tokens/fingerprint.js';
import type { BaseUser } from './user.js';

/**
 * The columns that end everything that was handed out to a user or was started in their name:
 * credentials, reset tokens, and a change of address that is not confirmed yet.
 */
export function endEverything(): { securityStamp: string } & Pick<BaseUser, 'pendingEmail'> {
  return { securityStamp: newSecurityStamp(), pendingEmail: null };
}
