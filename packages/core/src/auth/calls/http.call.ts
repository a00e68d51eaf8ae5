import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import type { Call } from './call.js';

/** A request on which the guard leaves its finding. */
type AuthenticatedRequest = OriginalRequest & { user?: unknown };

/** The error is told by the guard itself, which has the platform's response. */
export function httpCall(context: ExecutionContext): Call {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return {
    key: request,
    request,
    leave(user) {
      request.user = user;
    },
    toException: async (error) => error,
  };
}
