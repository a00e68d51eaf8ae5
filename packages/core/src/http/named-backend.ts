import type { AuthBackend } from '../auth/auth-backend.js';
import type { Backends } from '../auth/backends.js';
import type { OriginalRequest } from '../events/users.events.js';
import { BackendNotFoundError } from '../exceptions/request.errors.js';

/**
 * The backend that a path names by its last segment, in the exact spelling: `%6awt`, `jwt/` and
 * `JWT` are no other names of `jwt`.
 *
 * @throws BackendNotFoundError
 */
export function namedBackend(
  backends: Backends,
  name: string,
  { url }: OriginalRequest,
): AuthBackend {
  if (!url.split('?')[0]?.endsWith(`/${name}`)) throw new BackendNotFoundError();
  return backends.withLogin(name);
}
