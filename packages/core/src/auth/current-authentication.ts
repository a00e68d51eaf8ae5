import type { Authentication, AuthService } from './auth.service.js';

interface Finding {
  readonly auth: AuthService;
  readonly handler: unknown;
  readonly authentication: Authentication | null;
}

/** What guards have found, as long as the request lives. */
const findings = new WeakMap<object, Finding>();

/** Remembers a finding, so that a second guard of the same route need not ask again. */
export function rememberFinding(request: object, finding: Finding): void {
  findings.set(request, finding);
}

/** The finding of a guard of the same module for the same route. */
export function findingOf(
  request: object,
  auth: AuthService,
  handler: unknown,
): Finding | undefined {
  const finding = findings.get(request);
  return finding?.auth === auth && finding.handler === handler ? finding : undefined;
}

/** By which backend's credential the request's user was found. */
export function authenticationOf(request: object): Authentication | null {
  return findings.get(request)?.authentication ?? null;
}
