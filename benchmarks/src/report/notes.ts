import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './section.js';

const directory = join(import.meta.dirname, '..', '..', 'notes');

/**
 * Why a target was not reached, as somebody has written it after a profile. A note may be that of
 * several targets: `w6.md` speaks for all of W6 that have none of their own.
 */
export function noteOf({ id, what }: Target): string {
  for (const name of namesOf(id)) {
    const file = join(directory, `${name}.md`);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  }
  return `**Not reached: ${what}.** Nobody has written yet why: \`benchmarks/notes/${id}.md\`.`;
}

/** `w1-fastify-postgres`, `w1-fastify`, `w1`. */
function namesOf(id: string): string[] {
  const words = id.split('-');
  return words.map((_, index) => words.slice(0, words.length - index).join('-'));
}
