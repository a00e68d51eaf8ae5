import { join } from 'node:path';
import { run } from '../run.mjs';
import { install } from './loads-alone.mjs';

/**
 * Every command of the packed package can be executed as it is unpacked, where only what the package
 * declares can be found: it has its first line, may be executed, and tells its version.
 *
 * @param {import('../pack.mjs').PackedPackage} pkg
 * @param {import('../pack.mjs').PackedPackage[]} packages
 * @param {string} directory
 */
export function commandsRun(pkg, packages, directory) {
  const { name, version, bin = {} } = pkg.manifest;
  const { cwd } = install(pkg, packages, directory);
  for (const path of Object.values(bin)) {
    const told = run(join(cwd, 'node_modules', name, path), ['--version'], { cwd }).trim();
    if (told !== version)
      throw new Error(`${name}: ${path} --version says ${told}, not ${version}`);
  }
}
