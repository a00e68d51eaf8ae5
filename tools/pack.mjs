import { join } from 'node:path';
import { publicPackages } from './packages.mjs';
import { run } from './run.mjs';

/**
 * @typedef {import('./packages.mjs').Package & { tarball: string, files: string[] }} PackedPackage
 */

/**
 * Packs every public package, as `npm publish` would, into a directory.
 *
 * @param {string} destination
 * @returns {PackedPackage[]}
 */
export function packAll(destination) {
  return publicPackages().map((pkg) => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
    const [packed] = JSON.parse(run('npm', args, { cwd: pkg.directory }));
    const files = packed.files.map((/** @type {{ path: string }} */ { path }) => path);
    return { ...pkg, tarball: join(destination, packed.filename), files };
  });
}
