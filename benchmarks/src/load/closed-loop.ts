import { percentile } from '../statistics.js';
import { askOnce } from './client.js';
import type { Load, Run } from './run.js';

// Connections that ask again as soon as they are answered, for requests of which a server answers few.
// What was begun is awaited and counted, so that a second's rest does not decide about the result.

const { origin, ask, connections = 8, seconds } = JSON.parse(process.argv[2] ?? '{}') as Load;
const times: number[] = [];
let refused = 0;
const over = new AbortController();
process.once('SIGTERM', () => over.abort());

const began = performance.now();
const end = began + seconds * 1000;
let last = began;

async function connection(): Promise<void> {
  while (!over.signal.aborted && performance.now() < end) {
    const start = performance.now();
    const status = await askOnce(origin, ask);
    last = performance.now();
    if (status === 503) refused++;
    else times.push(last - start);
  }
}

await Promise.all(Array.from({ length: connections }, connection));
const run: Run = {
  perSecond: (times.length * 1000) / (last - began),
  p50: percentile(times, 50),
  p99: percentile(times, 99),
  refused,
};
process.stdout.write(JSON.stringify(run), () => process.exit());
