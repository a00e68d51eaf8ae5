import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** What a route demands of its caller. @publicApi */
export interface AuthenticatedOptions {
  /**
   * Let anybody pass; the handler gets `null` for whoever does not meet the demands. Default `false`,
   * on a route of an optional class too.
   */
  optional?: boolean;
  /** Only users whose address is verified; others get 403. Default `false`. */
  verified?: boolean;
  /** Only superusers; others get 403. Default `false`. */
  superuser?: boolean;
  /** Only credentials of these backends. Default: all. */
  backends?: readonly string[];
}

/** What a controller or a route demands. */
export const AUTHENTICATED = Reflector.createDecorator<AuthenticatedOptions>();

/** Whether a controller or a route is open to everybody. */
export const ANONYMOUS = Reflector.createDecorator<boolean>();

/**
 * Demands that stand nearer to a route complete those around them. Only `optional` is not handed on:
 * what opens a class must not open a route that demands somebody.
 */
export function completeDemands(
  outer: AuthenticatedOptions = {},
  inner?: AuthenticatedOptions,
): AuthenticatedOptions {
  return inner ? { ...outer, optional: false, ...inner } : outer;
}

/** The demands of a route: a method's demands complete those of its class. */
export function demandsOf(reflector: Reflector, context: ExecutionContext): AuthenticatedOptions {
  return completeDemands(
    reflector.get(AUTHENTICATED, context.getClass()),
    reflector.get(AUTHENTICATED, context.getHandler()),
  );
}

/** Whether a route is open to everybody: the method says so, or its class and the method nothing else. */
export function isAnonymous(reflector: Reflector, context: ExecutionContext): boolean {
  return (
    reflector.getAllAndOverride(ANONYMOUS, [context.getHandler(), context.getClass()]) === true
  );
}
