import { handshakeOf } from '../auth/calls/handshake.js';
import { handshakeOfClient } from '../auth/calls/socket.call.js';
import type { OriginalRequest } from '../events/users.events.js';
import type { UsersException } from '../exceptions/users.exception.js';
import type { SocketClient } from './live-socket.js';

/** A handshake, and the object by which the socket that comes of it is known again. */
export interface Handshake {
  readonly key: object;
  readonly request: OriginalRequest;
}

/** Decides on a handshake. @returns the refusal, or `null` to let it in */
export type Admission = (handshake: Handshake) => Promise<UsersException | null>;

/** Hears of each socket that was let in. */
export type Arrival = (client: SocketClient, handshake: Handshake) => void;

type Incoming = Parameters<typeof handshakeOf>[0];

/** A server, or a namespace, of Socket.IO. */
interface SocketIoServer {
  use(middleware: (client: SocketClient, next: (error?: Error) => void) => void): unknown;
  on(event: 'connection', listener: (client: SocketClient) => void): unknown;
}

/** A server of the package `ws`, which asks `verifyClient` before it accepts a handshake. */
interface WsServer {
  readonly options: { verifyClient?: unknown };
  handleUpgrade(...args: unknown[]): unknown;
  on(event: 'connection', listener: (client: SocketClient, req: Incoming) => void): unknown;
}

type Verdict = (isIn: boolean, status?: number, message?: string, headers?: object) => void;

/**
 * Makes a server ask before it accepts a handshake. Both kinds are told by what they can do: the library
 * does not know their packages.
 *
 * @throws TypeError for another kind of server, or one that asks somebody else already
 */
export function guardServer(server: unknown, admit: Admission, arrived: Arrival): void {
  if (isSocketIo(server)) guardSocketIo(server, admit, arrived);
  else if (isWs(server)) guardWs(server, admit, arrived);
  else {
    throw new TypeError(
      'UsersSockets guards servers of Socket.IO and of ws. Pass what `afterInit(server)` receives.',
    );
  }
}

function guardSocketIo(server: SocketIoServer, admit: Admission, arrived: Arrival): void {
  server.use((client, next) => {
    admit(handshake(client)).then(
      (refusal) =>
        // What `connect_error` tells the client.
        next(
          refusal
            ? Object.assign(new Error(refusal.message), { data: refusal.getResponse() })
            : undefined,
        ),
      (error: unknown) => next(error as Error),
    );
  });
  server.on('connection', (client) => arrived(client, handshake(client)));
}

function handshake(client: SocketClient): Handshake {
  return { key: client, request: handshakeOfClient(client) as OriginalRequest };
}

function guardWs(server: WsServer, admit: Admission, arrived: Arrival): void {
  if (server.options.verifyClient) {
    throw new TypeError(
      'The server has a verifyClient already, and UsersSockets would replace it. Leave it out of the ' +
        'options of the gateway, or ask UsersSockets in yours.',
    );
  }
  server.options.verifyClient = ({ req }: { req: Incoming }, decide: Verdict): void => {
    admit({ key: req, request: handshakeOf(req) }).then(
      (refusal) => {
        if (refusal) decide(false, refusal.getStatus(), undefined, refusal.headers);
        else decide(true);
      },
      () => decide(false, 500),
    );
  };
  server.on('connection', (client, req) => {
    arrived(client, { key: req, request: handshakeOf(req) });
  });
}

function isSocketIo(server: unknown): server is SocketIoServer {
  return typeof (server as Partial<SocketIoServer> | undefined)?.use === 'function';
}

function isWs(server: unknown): server is WsServer {
  const { options, handleUpgrade } = (server ?? {}) as Partial<WsServer>;
  return typeof options === 'object' && typeof handleUpgrade === 'function';
}
