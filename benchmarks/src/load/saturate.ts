import autocannon from 'autocannon';
import type { Load, Run } from './run.js';

// As many cheap requests as the server can answer. A process of its own: what makes the load must not
// wait for what answers it.

const { origin, ask, connections, seconds } = JSON.parse(process.argv[2] ?? '{}') as Load;
const { requests, latency, non2xx, errors } = await autocannon({
  url: origin + ask.path,
  headers: { ...ask.headers },
  connections: connections ?? 32,
  duration: seconds,
});
if (non2xx > 0 || errors > 0) {
  throw new Error(`${non2xx} answers were no 2xx, ${errors} failed.`);
}
const run: Run = {
  perSecond: requests.average,
  p50: latency.p50,
  p99: latency.p99,
  refused: 0,
};
process.stdout.write(JSON.stringify(run));
