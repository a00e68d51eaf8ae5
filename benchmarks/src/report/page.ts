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

export function page(chapters: readonly Chapter[]): string {
  return `# Performance

Made by \`npm run bench\`; how it is measured stands in \`benchmarks/\`. Absolute figures are those of one machine on one day. **Ratios** were taken side by side: every server has its turn in every round, and the ratio is that of the same round. The median of the rounds stands first, the least and the greatest behind it.

![What was measured](performance.svg)

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

function conditions({ stored: { measuredAt, machine, rounds } }: Chapter): string {
  const short = rounds === 'usual' ? '' : ` A short run: ${rounds} rounds.`;
  return `${measuredAt.slice(0, 10)}: ${machine.hardware}. ${machine.software}.${short}`;
}
