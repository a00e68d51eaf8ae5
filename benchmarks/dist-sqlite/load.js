import autocannon from 'autocannon';
const [, , options = '{}'] = process.argv;
const { url, headers, connections, seconds } = JSON.parse(options);
const result = await autocannon({ url, headers, connections, duration: seconds });
if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were no 2xx, ${result.errors} failed.`);
}
const { average: requestsPerSecond } = result.requests;
const run = { requestsPerSecond, p50: result.latency.p50, p99: result.latency.p99 };
process.stdout.write(JSON.stringify(run));
//# sourceMappingURL=load.js.map