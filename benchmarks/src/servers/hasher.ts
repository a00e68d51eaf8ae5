import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Run } from '../load/run.js';
import { percentile } from '../statistics.js';
import { PASSWORD } from './environment.js';
import { hasher } from './library/hasher.js';
import { tellReady } from './ready.js';

// This library's hasher, called in a process without HTTP, database or module: what logins could reach
// at most. While it works, nobody asks this server anything.

const passwords = hasher();
const stored = await passwords.hash(PASSWORD);

async function work(task: () => Promise<unknown>, seconds: number, inFlight: number): Promise<Run> {
  const times: number[] = [];
  const began = performance.now();
  let last = began;
  const one = async () => {
    while (performance.now() < began + seconds * 1000) {
      const start = performance.now();
      await task();
      last = performance.now();
      times.push(last - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const perSecond = (times.length * 1000) / (last - began);
  return { perSecond, p50: percentile(times, 50), p99: percentile(times, 99), refused: 0 };
}

const server = createServer(async ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const task =
    pathname === '/hash'
      ? () => passwords.hash(PASSWORD)
      : () => passwords.verify(PASSWORD, stored);
  const seconds = Number(searchParams.get('seconds'));
  response.end(JSON.stringify(await work(task, seconds, Number(searchParams.get('inFlight')))));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  tellReady({ origin: `http://127.0.0.1:${port}`, asks: {} });
});
