import type { OriginalRequest } from '../../events/users.events.js';

/** RFC 9110, 9.2.1: methods that change nothing, and that no route of ours changes anything by. */
export function isSafeMethod(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase());
}

/**
 * Whether a page of this site, or of a trusted origin, sent the request: Fetch Metadata first, then
 * `Origin`, then `Referer` (OWASP CSRF cheat sheet). With none of the three, no.
 */
export function isSameSiteIntent(
  { headers }: OriginalRequest,
  trustedOrigins: ReadonlySet<string>,
): boolean {
  if (headers['sec-fetch-site'] === 'same-origin') return true;
  const origin = headers['origin'] ?? originOf(headers['referer']);
  return typeof origin === 'string' && trustedOrigins.has(origin);
}

function originOf(referer: string | string[] | undefined): string | undefined {
  return typeof referer === 'string' && URL.canParse(referer) ? new URL(referer).origin : undefined;
}
