import { ForbiddenError } from '../exceptions/request.errors.js';

/** @throws ForbiddenError unless the address of the user is verified */
export function refuseUnverified({ isVerified }: { readonly isVerified?: boolean }): void {
  if (isVerified !== true) throw new ForbiddenError('Verify your address first.');
}
