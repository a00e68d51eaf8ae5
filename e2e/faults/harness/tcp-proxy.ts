import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** What becomes of the bytes. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Nobody listens at the other end. */
  | { readonly kind: 'refuse' }
  /** Everybody is taken, and nobody is answered; what is open falls silent. */
  | { readonly kind: 'black hole' }
  /** Each piece of an answer comes so much later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Answers end in their middle, and the connection with them. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** A wire between an application and a server that can be cut, and mended. */
export class TcpProxy {
  /** How many have come so far. */
  accepted = 0;
  #mode: ProxyMode = { kind: 'pass' };
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    readonly port: number,
  ) {}

  /** To a port of this machine. */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const proxy = new TcpProxy(server, target, port);
    server.on('connection', (client) => proxy.#connect(client));
    return proxy;
  }

  set(mode: ProxyMode): void {
    this.#mode = mode;
    if (mode.kind === 'refuse') this.reset();
  }

  /** Breaks all connections at once. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.reset();
    await new Promise((closed) => {
      this.server.close(closed);
    });
  }

  #connect(client: Socket): void {
    this.accepted++;
    this.#keep(client);
    if (this.#mode.kind === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    this.#keep(server);
    client.on('data', (chunk) => this.#mode.kind !== 'black hole' && server.write(chunk));
    server.on('data', (chunk) => this.#answer(client, chunk));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }

  #answer(client: Socket, chunk: Buffer): void {
    const mode = this.#mode;
    if (mode.kind === 'black hole') return;
    if (mode.kind === 'slow') {
      setTimeout(() => client.writable && client.write(chunk), mode.milliseconds);
    } else if (mode.kind === 'cut') {
      client.write(chunk.subarray(0, mode.afterBytes), () => client.destroy());
    } else client.write(chunk);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // What a cut wire does to its ends is what this is for.
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
