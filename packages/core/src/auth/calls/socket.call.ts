import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import { toException } from '../../exceptions/to-exception.js';
import { UsersException } from '../../exceptions/users.exception.js';
import type { Call } from './call.js';
import { handshakeOf } from './handshake.js';
import { NO_REQUEST } from './no-request.js';

/** A socket of Socket.IO: it remembers its handshake. */
interface SocketIoClient {
  readonly handshake: {
    readonly headers: OriginalRequest['headers'];
    readonly url?: string;
    readonly address?: string;
    /** What the client said when it connected: `io(url, { auth: { token } })`. */
    readonly auth?: Readonly<Record<string, unknown>>;
  };
}

/** The handshakes of sockets that do not remember theirs. */
const handshakes = new WeakMap<object, OriginalRequest>();

/** Remembers by which request a socket was opened. */
export function rememberHandshake(client: object, request: OriginalRequest): void {
  handshakes.set(client, request);
}

/** By which request a socket was opened; `null` where nobody knows. */
export function handshakeOfClient(client: object): OriginalRequest | null {
  const known = handshakes.get(client);
  if (known) return known;
  const { handshake } = client as Partial<SocketIoClient>;
  if (!handshake) return null;
  const { headers, url, address, auth = {} } = handshake;
  const token = auth['token'];
  const incoming = { headers, ...(url && { url }), ...(address && { ip: address }) };
  return handshakeOf(incoming, typeof token === 'string' ? `Bearer ${token}` : undefined);
}

/** A message is judged by the handshake of its socket. */
export function socketCall(context: ExecutionContext): Call {
  const client = context.switchToWs().getClient<object>();
  return {
    key: client,
    request: handshakeOfClient(client) ?? NO_REQUEST,
    leave() {},
    toException: toWs,
  };
}

/** The package is there: it has made the call. */
async function toWs(error: unknown): Promise<unknown> {
  const exception = toException(error);
  if (!(exception instanceof UsersException)) return exception;
  // oxlint-disable-next-line no-restricted-imports -- loaded only when it has made a call
  const { WsException } = await import('@nestjs/websockets');
  return new WsException(exception.getResponse());
}
