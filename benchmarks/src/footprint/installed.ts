import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../settings.js';
import { dependenciesOf, manifestOf } from './manifests.js';
import { tarballs } from './tarballs.js';

/** What is in `node_modules` of an application. */
export interface Installed {
  readonly platform: Platform;
  readonly name: string;
  readonly packages: number;
  readonly megabytes: number;
}

/** Installs what each contender needs into directories of their own, unless that was done before. */
export async function installed(platforms: readonly Platform[]): Promise<Installed[]> {
  const own = tarballs();
  return platforms.flatMap((platform) =>
    Object.entries(dependenciesOf(platform)).map(([name, dependencies]) => {
      const manifest = manifestOf(dependencies, name === 'this library' ? own : []);
      return { platform, name, ...sizeOf(install(JSON.stringify(manifest))) };
    }),
  );
}

function install(manifest: string): string {
  const digest = createHash('sha256').update(manifest).digest('hex').slice(0, 16);
  const directory = join(tmpdir(), 'nestjs-users-bench-installed', digest);
  if (existsSync(join(directory, 'done'))) return directory;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), manifest);
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  console.error(`installing ${manifest}`);
  execFileSync('npm', ['install', '--omit=dev', '--prefer-offline', ...quiet], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    // Not this workspace, of which npm tells its scripts.
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key))),
  });
  writeFileSync(join(directory, 'done'), '');
  return directory;
}

function sizeOf(directory: string): { packages: number; megabytes: number } {
  const lock = join(directory, 'node_modules', '.package-lock.json');
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: object };
  const du = execFileSync('du', ['-sk', 'node_modules'], { cwd: directory, encoding: 'utf8' });
  return { packages: Object.keys(packages).length, megabytes: Number.parseInt(du) / 1024 };
}
