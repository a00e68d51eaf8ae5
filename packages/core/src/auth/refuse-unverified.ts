import { ForbiddenError } from '../exceptions/request.errors.js';
import type { BaseUser } from '../users/user.js';

/** @throws ForbiddenError unless the address of the user is verified */
export function refuseUnverified({ isVerified }: BaseUser): void {
  if (isVerified !== true) throw new ForbiddenError('Verify your address first.');
}
