import type { Authentication } from './auth.service.js';
import type { Authenticator, Identification } from './authenticator.js';

interface Finding {
  readonly authenticator: Authenticator;
  readonly handler: unknown;
  readonly identification: Identification | null;
  /** How long the guard has waited for the stores. */
  readonly waitedMs: number;
}

/**
 * What guards have found, as long as the call lives. For each handler apart: the fields of one GraphQL
 * request, and the messages of one socket, are handled at the same time, and demand different things.
 */
const findings = new WeakMap<object, Finding[]>();

/** Remembers a finding, so that a second guard of the same handler need not ask again. */
export function rememberFinding(call: object, finding: Finding): void {
  const known = findings.get(call);
  const before = known?.findIndex(({ handler }) => handler === finding.handler) ?? -1;
  if (!known) findings.set(call, [finding]);
  else if (before < 0) known.push(finding);
  else known[before] = finding;
}

/** The finding of a guard for the same handler. */
export function findingOf(call: object, handler: unknown): Finding | undefined {
  return findings.get(call)?.find((finding) => finding.handler === handler);
}

/** By which backend's credential the user of an HTTP request was found. It has one handler. */
export function authenticationOf(request: object): Authentication | null {
  return (findings.get(request)?.at(-1)?.identification ?? null) as Authentication | null;
}

/** How long the guard of an HTTP request has waited for the stores, in milliseconds. */
export function guardWaitedMs(request: object): number {
  return findings.get(request)?.at(-1)?.waitedMs ?? 0;
}
