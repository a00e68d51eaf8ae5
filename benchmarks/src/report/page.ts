import type { Stored } from '../results.js';
import { withSpread } from './format.js';
import { noteOf } from './notes.js';
import { isReached, type Section, type Table, type Target } from './section.js';

/** One work load of the page. */
export interface Chapter extends Section {
  readonly id: string;
  readonly title: string;
  readonly stored: Stored;
}

const CONTENDERS = `- **Hand-written** is Nest with Passport, passport-jwt, @nestjs/jwt and TypeORM as Nest's documentation shows them, with the key made once: a text as the key costs three times as much.
- **This library** as its documentation sets it up, with \`attemptLimits: false\`: one client makes all the load.
- **Better Auth** as its documentation sets it up: mounted on Express by its handler for Node, on Fastify by a route that makes a \`Request\`; a pool of pg or a database of better-sqlite3; e-mail and password; the session looked up at each request. \`rateLimit\` is off, as this library's limits are, and \`autoSignIn\`, so that a registration is one everywhere.
- **Floor** is the platform with one prepared statement, and nothing else.

Each has a process and a schema or a file of its own. Before anybody is measured, status, fields and refusals of the answers are checked; a wrong status ends the run.`;

export function page(chapters: readonly Chapter[]): string {
  return `# Performance

Made by \`npm run bench\`; how it is measured stands in \`benchmarks/\`. Absolute figures are those of one machine on one day. **Ratios** were taken side by side: every server has its turn in every round, and the ratio is that of the same round. The median of the rounds stands first, the least and the greatest behind it. Five rounds, three of W4 and W5; warming up comes before them and does not count. The tables of W1 to W6 have 1000 users.

![What was measured](performance.svg)

## Who takes part

${CONTENDERS}

## Targets

${table({ head: ['target', 'wanted', 'measured (spread)', 'reached'], rows: chapters.flatMap(({ targets }) => targets.map(targetRow)) })}

${chapters.map(chapter).join('\n\n')}

## Machine and versions

${[...new Set(chapters.map(conditions))].join('\n\n')}
`;
}

function targetRow(target: Target): string[] {
  const { what, atLeast, atMost, measured } = target;
  const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return [what, wanted, withSpread(measured), isReached(target) ? 'yes' : '**no**'];
}

function chapter({ id, title, text, tables, targets }: Chapter): string {
  const notes = targets.filter((target) => !isReached(target)).map(noteOf);
  return [`## ${id.toUpperCase()}: ${title}`, text, ...tables.map(table), ...new Set(notes)]
    .filter(Boolean)
    .join('\n\n');
}

function table({ head, rows }: Table): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function conditions({ stored: { measuredAt, machine, changed } }: Chapter): string {
  const short = changed.length === 0 ? '' : ` Measured with ${changed.join(', ')}.`;
  return `${measuredAt.slice(0, 10)}: ${machine.hardware}. ${machine.software}.${short}`;
}
