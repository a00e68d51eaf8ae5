import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** This library as `npm publish` would send it, in directories named after what is in them. */
export function tarballs(): string[] {
  const target = mkdtempSync(join(tmpdir(), 'nestjs-users-bench-packed-'));
  const files = ['core', 'typeorm'].map((folder) => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', target];
    const cwd = join(root, 'packages', folder);
    const output = execFileSync('npm', args, { cwd, encoding: 'utf8' });
    const [{ filename }] = JSON.parse(output) as [{ filename: string }];
    return byContent(join(target, filename));
  });
  rmSync(target, { recursive: true });
  return files;
}

/** So that what was installed from it once need not be installed again, and never for another one. */
function byContent(file: string): string {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  const directory = join(tmpdir(), 'nestjs-users-bench-installed', `tarball-${digest}`);
  mkdirSync(directory, { recursive: true });
  const stored = join(directory, basename(file));
  renameSync(file, stored);
  return stored;
}
