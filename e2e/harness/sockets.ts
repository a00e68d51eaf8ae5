import {
  Authenticated,
  type AuthenticatedOptions,
  CurrentUser,
  UsersSockets,
} from '@nestjs-users/core';
import { type INestApplication, Inject, type Type } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { User } from './models.js';

/** A gateway for those who meet the demands. */
export function gatewayFor(demands: AuthenticatedOptions, recheckSeconds = 30): Type<object> {
  @WebSocketGateway()
  @Authenticated(demands)
  class ChatGateway {
    constructor(@Inject(UsersSockets) private readonly sockets: UsersSockets) {}

    afterInit(server: unknown): void {
      this.sockets.protect(server, this, { recheckSeconds });
    }

    @SubscribeMessage('who')
    who(@CurrentUser() user: User | null): object {
      return { event: 'answer', data: user?.email ?? 'nobody' };
    }

    @SubscribeMessage('secret')
    @Authenticated({ superuser: true })
    secret(): object {
      return { event: 'answer', data: 'secret' };
    }
  }
  return ChatGateway;
}

/** What a handshake says. */
export interface Handshake {
  readonly headers?: Record<string, string>;
  /** Socket.IO alone: what the client says in the first packet. */
  readonly auth?: { readonly token: string };
}

/** A client of either kind. */
export interface SocketPersona {
  /** Sends a message; what comes back, an exception too. */
  ask(message: string): Promise<unknown>;
  /** Why the server has closed it: fulfilled when it has. */
  readonly closed: Promise<unknown>;
  readonly isOpen: boolean;
  close(): void;
}

/** What a handshake was refused with. */
export class Refused extends Error {
  constructor(readonly answer: unknown) {
    super('refused');
  }
}

/** Both kinds of sockets that Nest has. */
export interface SocketKind {
  readonly name: 'socket.io' | 'ws';
  /** Called before the application listens. */
  adapt(app: INestApplication): void;
  /** @throws Refused */
  connect(origin: string, handshake: Handshake): Promise<SocketPersona>;
  /** How a refusal looks. */
  refusal(status: number, code: string): unknown;
  /** How an end looks. */
  end(code: string): unknown;
}

export const socketKinds: readonly SocketKind[] = [
  {
    name: 'socket.io',
    adapt: (app) => void app.useWebSocketAdapter(new IoAdapter(app)),
    connect: connectIo,
    refusal: (statusCode, code) => ({ statusCode, code }),
    end: (code) => ({ reason: 'io server disconnect', exception: { code } }),
  },
  {
    name: 'ws',
    adapt: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
    connect: connectWs,
    refusal: (statusCode) => ({ statusCode }),
    end: (code) => ({ code: code === 'FORBIDDEN' ? 4403 : 4401, reason: code }),
  },
];

function connectIo(origin: string, { headers, auth }: Handshake): Promise<SocketPersona> {
  const socket = io(origin, {
    ...(headers && { extraHeaders: headers }),
    ...(auth && { auth }),
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
  });
  let exception: unknown;
  socket.on('exception', (told: unknown) => {
    exception = told;
  });
  const closed = new Promise((resolve) => {
    socket.on('disconnect', (reason) => resolve({ reason, exception }));
  });
  return new Promise((resolve, reject) => {
    socket.on('connect_error', (error) => {
      socket.close();
      reject(new Refused((error as Error & { data?: unknown }).data));
    });
    socket.on('connect', () =>
      resolve({
        ask: (message) =>
          new Promise((answered) => {
            socket.once('answer', answered);
            socket.once('exception', answered);
            socket.emit(message);
          }),
        closed,
        get isOpen() {
          return socket.connected;
        },
        close: () => socket.close(),
      }),
    );
  });
}

function connectWs(origin: string, { headers = {} }: Handshake): Promise<SocketPersona> {
  const socket = new WebSocket(origin.replace('http', 'ws'), { headers });
  const closed = new Promise((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, { statusCode }) => {
      socket.on('error', () => {});
      socket.terminate();
      reject(new Refused({ statusCode }));
    });
    socket.on('open', () =>
      resolve({
        ask: (message) =>
          new Promise((answered) => {
            socket.once('message', (data) => {
              answered((JSON.parse(String(data)) as { data: unknown }).data);
            });
            socket.send(JSON.stringify({ event: message }));
          }),
        closed,
        get isOpen() {
          return socket.readyState === WebSocket.OPEN;
        },
        close: () => socket.close(),
      }),
    );
  });
}
