import autocannon from 'autocannon';

// A process of its own: what makes the load must not wait for what answers it.

/** What the runner hears of one run. */
export interface Run {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const [, , options = '{}'] = process.argv;
const { url, headers, connections, seconds } = JSON.parse(options) as {
  url: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
};
const result = await autocannon({ url, headers, connections, duration: seconds });
if (result.non2xx > 0 || result.errors > 0) {
  throw new Error(`${result.non2xx} answers were no 2xx, ${result.errors} failed.`);
}
const { average: requestsPerSecond } = result.requests;
const run: Run = { requestsPerSecond, p50: result.latency.p50, p99: result.latency.p99 };
process.stdout.write(JSON.stringify(run));
