import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Authenticated,
  AllowAnonymous,
  CurrentUser,
  UsersVerifierModule,
  type UsersVerifierModuleOptions,
  VerifiedUser,
} from '@nestjs-users/core';
import { Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { type Answer, type Message, send } from './client.js';
import type { Setup } from './host.js';

@Controller('orders')
@Authenticated()
export class OrdersController {
  @Get()
  list(@CurrentUser() user: VerifiedUser): object {
    return { user };
  }

  @Post()
  create(@CurrentUser() user: VerifiedUser): object {
    return { by: user.id };
  }

  @Get('catalogue')
  @AllowAnonymous()
  catalogue(@CurrentUser() user: VerifiedUser | null): object {
    return { user };
  }

  @Get('offers')
  @Authenticated({ optional: true })
  offers(@CurrentUser() user: VerifiedUser | null): object {
    return { id: user?.id ?? null };
  }
}

/** A second service, with no users and no database of its own. */
export class SecondService {
  private constructor(
    private readonly app: INestApplication,
    private readonly origin: string,
  ) {}

  static async start(
    platform: Setup['platform'],
    options: UsersVerifierModuleOptions,
  ): Promise<SecondService> {
    const module = await Test.createTestingModule({
      imports: [UsersVerifierModule.forRootAsync({ isGlobal: true, useFactory: () => options })],
      controllers: [OrdersController],
    })
      .setLogger({ log() {}, warn() {}, error() {} })
      .compile();
    const app = module.createNestApplication(
      platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
    );
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new SecondService(app, `http://127.0.0.1:${port}`);
  }

  send(message: Message): Promise<Answer> {
    return send(this.origin, message);
  }

  /** `GET /orders` with a bearer token. */
  orders(token: string): Promise<Answer> {
    return this.send({ path: '/orders', headers: { authorization: `Bearer ${token}` } });
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** A server that answers what it is told to, and counts who asks. */
export class KeyServer {
  hits = 0;
  /** What it answers: a document, a status, or nothing at all. */
  answer: object | number | 'silence' = { keys: [] };
  #server: Server | undefined;

  static async start(): Promise<KeyServer> {
    const keys = new KeyServer();
    await keys.restart(0);
    return keys;
  }

  /** As another process on the same port would. */
  async restart(port = this.port): Promise<void> {
    this.#server = createServer((_request, response) => {
      this.hits++;
      if (this.answer === 'silence') return;
      if (typeof this.answer === 'number') {
        response.writeHead(this.answer, { location: '/elsewhere' }).end();
        return;
      }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(this.answer));
    });
    await new Promise<void>((listening) => {
      this.#server?.listen(port, '127.0.0.1', () => listening());
    });
    this.port = (this.#server.address() as AddressInfo).port;
  }

  port = 0;

  get uri(): string {
    return `http://127.0.0.1:${this.port}/users/.well-known/jwks.json`;
  }

  stop(): Promise<void> {
    this.#server?.closeAllConnections();
    return new Promise((stopped) => {
      this.#server?.close(() => stopped());
    });
  }
}
