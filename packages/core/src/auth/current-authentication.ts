import type { Authentication } from './auth.service.js';
import type { Authenticator, Identification } from './authenticator.js';

interface Finding {
  readonly authenticator: Authenticator;
  readonly handler: unknown;
  readonly identification: Identification | null;
}

/**
 * What guards have found, as long as the call lives. For each handler apart: the fields of one GraphQL
 * request, and the messages of one socket, are handled at the same time, and demand different things.
 */
const findings = new WeakMap<object, Map<unknown, Finding>>();

/** Remembers a finding, so that a second guard of the same handler need not ask again. */
export function rememberFinding(call: object, finding: Finding): void {
  const known = findings.get(call) ?? new Map<unknown, Finding>();
  findings.set(call, known.set(finding.handler, finding));
}

/** The finding of a guard for the same handler. */
export function findingOf(call: object, handler: unknown): Finding | undefined {
  return findings.get(call)?.get(handler);
}

/** By which backend's credential the user of an HTTP request was found. It has one handler. */
export function authenticationOf(request: object): Authentication | null {
  const [finding] = [...(findings.get(request)?.values() ?? [])].slice(-1);
  return (finding?.identification ?? null) as Authentication | null;
}
