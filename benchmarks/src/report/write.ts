import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stored } from '../results.js';
import { workloads } from '../workloads/index.js';
import { type Chapter, page } from './page.js';
import { plot } from './plot.js';

const root = join(import.meta.dirname, '..', '..', '..');

/** The page and its plot, of all that was ever measured. */
export function writeReport(): void {
  const chapters = workloads.flatMap(({ id, title, describe }): Chapter[] => {
    const found = stored(id);
    return found ? [{ id, title, stored: found, ...describe(found.raw) }] : [];
  });
  const file = join(root, 'docs', 'performance.md');
  writeFileSync(file, page(chapters));
  writeFileSync(
    join(root, 'docs', 'performance.svg'),
    plot(chapters.flatMap(({ panels = [] }) => panels)),
  );
  const prettier = join(root, 'node_modules', '.bin', 'prettier');
  execFileSync(prettier, ['--log-level', 'warn', '--write', file]);
}
