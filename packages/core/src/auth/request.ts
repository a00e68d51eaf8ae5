import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../events/users.events.js';

/** A request on which the guard has left its finding. */
export interface AuthenticatedRequest extends OriginalRequest {
  user?: unknown;
}

/** The HTTP request of a context. */
export function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}
