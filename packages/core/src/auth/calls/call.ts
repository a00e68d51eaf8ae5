import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import { graphQlCall } from './graphql.call.js';
import { httpCall } from './http.call.js';
import { rpcCall } from './rpc.call.js';
import { socketCall } from './socket.call.js';

/** What the guard knows of a call, whatever it came by. */
export interface Call {
  /** Lives as long as the call, and no longer; the same object for all who look at it, and no others. */
  readonly key: object;
  /** What carries the credential, in the form of an HTTP request. */
  readonly request: OriginalRequest;
  /** Leaves the user where other code of the application looks for it. */
  leave(user: unknown): void;
  /** The error as this transport tells it. */
  toException(error: unknown): Promise<unknown>;
}

const CALLS: ReadonlyMap<string, (context: ExecutionContext) => Call> = new Map([
  ['http', httpCall],
  ['graphql', graphQlCall],
  ['ws', socketCall],
  ['rpc', rpcCall],
]);

/** @throws TypeError for a transport that the guard does not know: it lets nobody pass */
export function callOf(context: ExecutionContext): Call {
  const type = context.getType<string>();
  const make = CALLS.get(type);
  if (make) return make(context);
  throw new TypeError(
    `UsersAuthGuard guards HTTP, GraphQL, WebSocket gateways and RPC, not "${type}". Do not use it on ` +
      'this transport.',
  );
}
