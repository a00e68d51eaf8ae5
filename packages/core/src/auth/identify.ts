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
 * @returns `null` for whoever does not, where the demands are optional
 * @throws UnauthorizedError for nobody, ForbiddenError for what is lacking, CsrfRejectedError, and
 * whatever keeps the authenticator from knowing
 */
export async function identify(
  authenticator: Authenticator,
  request: OriginalRequest,
  { optional, verified, superuser, backends }: AuthenticatedOptions,
): Promise<Identification | null> {
  try {
    const found = await authenticator.authenticate(request, { ...(backends && { backends }) });
    if (!found) throw new UnauthorizedError();
    const { backend } = found;
    const user: Rights = found.user;
    if (verified || authenticator.backends.get(backend).requireVerified) refuseUnverified(user);
    if (superuser && user.isSuperuser !== true) throw new ForbiddenError();
    return found;
  } catch (error) {
    if (optional && isRefusal(error)) return null;
    throw error;
  }
}

/** Whether an error says that somebody may not pass; others say that nobody knows. */
export function isRefusal(error: unknown): error is UsersError {
  return [UnauthorizedError, ForbiddenError, CsrfRejectedError].some(
    (refusal) => error instanceof refusal,
  );
}
