import { spawnSync } from 'node:child_process';
import { root, workspaces } from './packages.mjs';

// Builds every sample, and runs its own tests where it has some.

for (const { manifest } of workspaces('sample')) {
  for (const script of ['build', 'test']) {
    const args = ['run', script, '--silent', '--if-present', '--workspace', manifest.name];
    const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${manifest.name}: npm run ${script} failed`);
  }
  console.log(`${manifest.name}: built`);
}
