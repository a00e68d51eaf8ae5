/** Makes docs/reliability.md of what the rows have written down. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

const folder = join(import.meta.dirname, 'results');
const results = readdirSync(folder)
  .toSorted()
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));

const version = (program, ...args) =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split('\n')[0];
const cell = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const figures = (all) =>
  Object.entries(all)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name}: ${cell(value)}`)
    .join('; ');

const rows = results
  .filter(({ row }) => row !== 'R-28')
  .map(
    ({ row, on, isLong, figures: all }) =>
      `| ${row} | ${on} | ${isLong ? 'long' : 'short'} | ${figures(all)} |`,
  );
const tables = new Map();
for (const { row, on, figures: table } of results) {
  if (row !== 'R-28') continue;
  const text = JSON.stringify(table);
  tables.set(text, [...(tables.get(text) ?? []), on]);
}
/** Of several databases, if they are the same. */
const matrices = [...tables].map(([text, on]) => {
  const table = JSON.parse(text);
  const columns = Object.keys(table);
  const lines = Object.keys(table[columns[0]] ?? {}).map(
    (route) => `| ${route} | ${columns.map((column) => table[column][route]).join(' | ')} |`,
  );
  return `### ${on.join('; ')}\n\n| away: | ${columns.join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}\n${lines.join('\n')}`;
});

const page = `# Reliability

Made by \`npm run faults\`: real servers are restarted, killed, frozen, filled and cut off under load, and a ledger compares what was acknowledged with what is there. **Lost: 0, duplicate: 0, half done: 0, fail-open: 0**; each row fails at the first one. A short form of the same is part of \`npm test\`; the table says which form a figure is of.

While the database or Redis is away, whoever needs it hears 503 with \`Retry-After\`, never 401, and no cookie is cleared; whoever does not need it goes on. Limits are counted in the process as long as their store is away. The database keeps no request waiting for longer than \`timeoutSeconds\` (5), by all of its statements together; for PostgreSQL, \`connectTimeoutMS\` belongs into the options of the data source.

## Figures

| row | on | form | what was measured |
| --- | --- | --- | --- |
${rows.join('\n')}

R-16 is the production cost of the default hasher (bcrypt), the others a fast one; its memory is compared with that of the same flood without hashes (passwords that could never have been set), for what V8 has not collected yet is far more than what hashes take. The row demands that refusals take a second at most: the slowest is told, not a percentile. The controls: without a time limit of statements, requests wait for a black hole for ever; without a bound of the queue, a flood of logins waits in line for seconds; where hashes fill the threads of libuv, a new connection to the database waits for its name; without limits, every guess reaches the hasher, every request is a mail or a row, and every stranger is remembered; whoever waits for a mailer that hangs, or takes a store's trouble for a stranger, stands out in R-28; the writes that a read-only database refuses passed before (R-22); what is no conflict is tried once, conflicts four times (R-23); a limit that believes the clock on the wall locks for longer, and forgets (R-18); and the ledger itself finds what was lost, doubled, left half done or left open on purpose.

The two hundred rounds of R-09 are a hundred on each database. In each of them, tokens of mails are under way as well: afterwards either they have done their work, or they still can. At a pool that others hold, requests without a time limit wait as long as it is held, and a listener that hashes in the transaction of a registration keeps connections that then wait in it (R-05 and R-06, controls). What is quiet was measured before the trouble, on the same machine.

## Partial outages (R-28)

What every route that is mounted answers while something is away, within 6 s. It is the same whether a mailer works, throws or hangs; each 503 says when to come back, and none sets or clears a cookie.

${matrices.join('\n\n')}

## Not here

R-10 to R-12 (durable events) have no such mode to try; R-15 needs two releases, R-20 takes hours; R-27 is in \`e2e/stories/hashing-pool.e2e-spec.ts\`. R-26 asks for eight hours: the table says for how long it ran here, and \`FAULTS=long FAULTS_MINUTES=480 npx vitest run --project faults endurance\` runs it for as long as that. All applications here run with \`--unhandled-rejections=strict\`, and stop as [the page on listeners](listeners.md#when-the-application-stops) has it.

${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}, ${version('psql', '--version')}, ${version('mariadbd', '--version')}, ${version('redis-server', '--version')}.
`;
writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reliability.md'), page);
