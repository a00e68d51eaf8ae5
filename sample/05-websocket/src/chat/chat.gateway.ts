import {
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { Authenticated, CurrentUser, UsersSockets } from '@nestjs-users/core';
import type { Server } from 'socket.io';
import type { User } from '../users/user.entity.js';

/** Everybody who is logged in hears what the others say. */
@WebSocketGateway()
@Authenticated()
export class ChatGateway implements OnGatewayInit<Server> {
  @WebSocketServer()
  private readonly server!: Server;

  constructor(private readonly sockets: UsersSockets) {}

  /** Nobody connects without being known, and whoever is logged out is out of the chat. */
  afterInit(server: Server): void {
    this.sockets.protect(server, this);
  }

  @SubscribeMessage('say')
  say(@MessageBody() text: unknown, @CurrentUser() user: User): void {
    this.server.emit('said', { by: user.email, text: String(text).slice(0, 500) });
  }

  @SubscribeMessage('clear')
  @Authenticated({ superuser: true })
  clear(): void {
    this.server.emit('cleared');
  }
}
