import { join } from 'node:path';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';

/**
 * publint and "Are the types wrong?" on the tarball, for consumers of ES modules.
 *
 * @param {import('../pack.mjs').PackedPackage} pkg
 */
export function publishLinters({ tarball }) {
  run(bin('publint'), ['run', '--strict', tarball]);
  run(bin('attw'), [
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--format',
    'ascii',
    tarball,
  ]);
}

/** @param {string} name */
function bin(name) {
  return join(root, 'node_modules', '.bin', name);
}
