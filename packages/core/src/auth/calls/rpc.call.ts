import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import { toException } from '../../exceptions/to-exception.js';
import { UsersException } from '../../exceptions/users.exception.js';
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
    toException: toRpc,
  };
}

function payloadHeaders(data: unknown): OriginalRequest['headers'] {
  const { authorization } = (data ?? {}) as { authorization?: unknown };
  return typeof authorization === 'string' ? { authorization } : {};
}

/** The package is there: it has made the call. */
async function toRpc(error: unknown): Promise<unknown> {
  const exception = toException(error);
  if (!(exception instanceof UsersException)) return exception;
  // oxlint-disable-next-line no-restricted-imports -- loaded only when it has made a call
  const { RpcException } = await import('@nestjs/microservices');
  return new RpcException(exception.getResponse());
}
