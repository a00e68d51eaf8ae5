import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaces } from './packages.mjs';

// Type-checks what the build leaves out: specs, stories, samples, benchmarks and these tools.

const projects = [
  ...workspaces('packages').map(({ directory }) => directory),
  ...workspaces('sample').map(({ directory }) => directory),
  join(root, 'e2e'),
  join(root, 'benchmarks'),
  join(root, 'tools'),
].filter((directory) => existsSync(join(directory, 'tsconfig.json')));

const tsc = join(root, 'node_modules', '.bin', 'tsc');
const failed = projects.filter(
  (project) => spawnSync(tsc, ['--noEmit', '-p', project], { stdio: 'inherit' }).status !== 0,
);
process.exitCode = failed.length > 0 ? 1 : 0;
