import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.js';
import { askOnce } from './client.js';
import type { Load, Run } from './run.js';

// So many requests a second, whatever becomes of those before. Times count from the moment when a
// request was to be sent: a server that stands still is not spared the requests of that time.

/** So long the last answers are waited for. */
const PATIENCE_MS = 10_000;

const { origin, ask, rate = 50, seconds } = JSON.parse(process.argv[2] ?? '{}') as Load;
const times: number[] = [];
let refused = 0;

const unanswered = new Set<number>();

async function request(intended: number): Promise<void> {
  unanswered.add(intended);
  const status = await askOnce(origin, ask);
  // Too late, and counted already.
  if (!unanswered.delete(intended)) return;
  if (status === 503) refused++;
  else times.push(performance.now() - intended);
}

// The first connection, and the code that has never run, are nobody's latency.
const enough = performance.now() + 500;
for (let n = 0; n < 20 && performance.now() < enough; n++) await askOnce(origin, ask);

const began = performance.now() + 10;
const pending: Promise<void>[] = [];
for (let n = 0; n < rate * seconds; n++) {
  const intended = began + (n * 1000) / rate;
  // Timers are a millisecond late: the rest is waited for turn by turn.
  const rest = intended - performance.now() - 1.5;
  if (rest > 1) await sleep(rest);
  while (performance.now() < intended) await turn();
  pending.push(request(intended));
}
await Promise.race([Promise.all(pending), sleep(PATIENCE_MS)]);
// What is not answered by now has taken so long at least.
for (const intended of unanswered) times.push(performance.now() - intended);
unanswered.clear();
const run: Run = {
  perSecond: rate,
  p50: percentile(times, 50),
  p99: percentile(times, 99),
  refused,
  times: times.map((time) => Math.round(time * 1000) / 1000),
};
process.stdout.write(JSON.stringify(run), () => process.exit());
