import type { OriginalRequest } from '../../events/users.events.js';

/** The library's routes that hand out or clear credentials, below the module's path. */
const ROUTES = /^(\/.*)\/(?:login\/[\w-]+|logout\/[\w-]+|refresh\/[\w-]+|me(?:\/.*)?)$/;

/**
 * Where the cookie with a refresh token is to be sent, and nowhere else: the route of refreshing,
 * beside the route of the request, with its global prefix and version. Everywhere, if the request is
 * none of the library's.
 */
export function refreshPath(request: OriginalRequest | undefined, backend: string): string {
  const [path = ''] = (request?.url ?? '').split('?');
  const base = ROUTES.exec(path)?.[1];
  // Letters that a cookie's path can have in every browser.
  return base !== undefined && /^[\w\-.~%/]+$/.test(base) ? `${base}/refresh/${backend}` : '/';
}
