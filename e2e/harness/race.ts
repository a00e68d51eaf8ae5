import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** A request that takes part in a race. */
export interface Racer {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** From which of this machine's addresses. */
  readonly from?: string;
}

/** An answer, as far as races need it. */
export interface RaceAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends requests at the same moment: each on a socket of its own, all but the last byte first, then
 * all last bytes together. Round robin over the origins.
 */
export async function race(
  origins: readonly string[],
  racers: readonly Racer[],
): Promise<RaceAnswer[]> {
  const runners = await Promise.all(
    racers.map((racer, index) => prepare(origins[index % origins.length] as string, racer)),
  );
  for (const { release } of runners) release();
  return Promise.all(runners.map(({ answer }) => answer));
}

async function prepare(origin: string, racer: Racer) {
  const { method = 'POST', path, body, headers = {}, from: localAddress } = racer;
  const { hostname, port } = new URL(origin);
  const payload = body ? Buffer.from(JSON.stringify(body)) : Buffer.alloc(0);
  const lines = Object.entries({
    Host: hostname,
    Connection: 'close',
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': payload.length }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const request = Buffer.concat([head, payload]);
  const target = { host: hostname, port: Number(port), noDelay: true };
  const socket = connect({ ...target, ...(localAddress && { localAddress }) });
  await once(socket, 'connect');
  socket.write(request.subarray(0, -1));
  return { answer: read(socket), release: () => socket.write(request.subarray(-1)) };
}

async function read(socket: Socket): Promise<RaceAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: Number(text.slice(9, 12)), text };
}
