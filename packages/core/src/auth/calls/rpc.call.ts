import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import { UsersException } from '../../exceptions/users.exception.js';
import { UsersError } from '../../users/users.errors.js';
import type { Call } from './call.js';
import { rpcHeaders } from './rpc-headers.js';

/** A message is judged by its headers; where the broker has none, by `authorization` in what it says. */
export function rpcCall(context: ExecutionContext): Call {
  const rpc = context.switchToRpc();
  const own = rpc.getContext<object | undefined>();
  const headers = rpcHeaders(own) ?? payloadHeaders(rpc.getData<unknown>());
  return {
    key: own ?? context.getArgs(),
    request: { method: 'RPC', url: '/', headers },
    leave() {},
    toException,
  };
}

function payloadHeaders(data: unknown): OriginalRequest['headers'] {
  const { authorization } = (data ?? {}) as { authorization?: unknown };
  return typeof authorization === 'string' ? { authorization } : {};
}

async function toException(error: unknown): Promise<unknown> {
  if (!(error instanceof UsersError)) return error;
  const { RpcException } = await import('@nestjs/microservices');
  return new RpcException(new UsersException(error).getResponse());
}
