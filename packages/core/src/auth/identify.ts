import type { LackingRight } from '../events/refusal.events.js';
import type { OriginalRequest } from '../events/users.events.js';
import {
  CsrfRejectedError,
  ForbiddenError,
  UnauthorizedError,
} from '../exceptions/request.errors.js';
import type { UsersError } from '../users/users.errors.js';
import type { AuthenticatedOptions } from './auth.metadata.js';
import type { Authenticator, Identification } from './authenticator.js';
import { refuseUnverified } from './refuse-unverified.js';

/** What a user's row says of rights; a token says nothing. */
interface Rights {
  readonly isVerified?: boolean;
  readonly isSuperuser?: boolean;
}

/**
 * Who makes a call, if they meet the demands.
 *
 * @param onDenied - hears of somebody who is known and lacks a right, where that is demanded
 * @returns `null` for whoever does not, where the demands are optional
 * @throws UnauthorizedError for nobody, ForbiddenError for what is lacking, CsrfRejectedError, and
 * whatever keeps the authenticator from knowing
 */
export async function identify(
  authenticator: Authenticator,
  request: OriginalRequest,
  { optional, verified, superuser, backends }: AuthenticatedOptions,
  onDenied?: (found: Identification, lacks: LackingRight) => void,
): Promise<Identification | null> {
  try {
    const found = await authenticator.authenticate(request, { ...(backends && { backends }) });
    if (!found) throw new UnauthorizedError();
    const { backend } = found;
    const user: Rights = found.user;
    const mustBeVerified = verified || authenticator.backends.get(backend).requireVerified;
    const lacks = lackOf(user, mustBeVerified, superuser);
    if (!lacks) return found;
    if (!optional) onDenied?.(found, lacks);
    if (lacks === 'verified') refuseUnverified(user);
    throw new ForbiddenError();
  } catch (error) {
    if (optional && isRefusal(error)) return null;
    throw error;
  }
}

function lackOf(
  { isVerified, isSuperuser }: Rights,
  mustBeVerified = false,
  mustBeSuperuser = false,
): LackingRight | undefined {
  if (mustBeVerified && isVerified !== true) return 'verified';
  return mustBeSuperuser && isSuperuser !== true ? 'superuser' : undefined;
}

/** Whether an error says that somebody may not pass; others say that nobody knows. */
export function isRefusal(error: unknown): error is UsersError {
  return [UnauthorizedError, ForbiddenError, CsrfRejectedError].some(
    (refusal) => error instanceof refusal,
  );
}
