import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** An answer, as far as races need it. */
export interface RaceAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends JSON requests at the same moment: each on a socket of its own, all but the last byte first,
 * then all last bytes together. Round robin over the origins.
 */
export async function race(
  origins: readonly string[],
  path: string,
  bodies: readonly object[],
): Promise<RaceAnswer[]> {
  const runners = await Promise.all(
    bodies.map((body, index) => prepare(origins[index % origins.length] as string, path, body)),
  );
  for (const { release } of runners) release();
  return Promise.all(runners.map(({ answer }) => answer));
}

async function prepare(origin: string, path: string, body: object) {
  const { hostname, port } = new URL(origin);
  const payload = Buffer.from(JSON.stringify(body));
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${payload.length}\r\n\r\n`,
  );
  socket.write(payload.subarray(0, -1));
  return { answer: read(socket), release: () => socket.write(payload.subarray(-1)) };
}

async function read(socket: Socket): Promise<RaceAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: Number(text.slice(9, 12)), text };
}
