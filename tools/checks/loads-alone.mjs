import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installedWith, root } from '../packages.mjs';
import { run } from '../run.mjs';

/**
 * Plain Node loads the packed package by its name, with `import` and with `require()`, where only
 * what it declares can be found: no optional peer, and nothing that happens to be installed here.
 * (A test runner's own transformation and resolution hide such mistakes.)
 *
 * @param {import('../pack.mjs').PackedPackage} pkg
 * @param {import('../pack.mjs').PackedPackage[]} packages
 * @param {string} directory
 */
export function loadsAlone(pkg, packages, directory) {
  const home = install(pkg, packages, directory);
  const count = `console.log(Object.keys(names).length)`;
  const imported = run('node', ['--input-type=module', '-e', `${importing(pkg)}; ${count}`], home);
  const required = run(
    'node',
    ['--input-type=commonjs', '-e', `${requiring(pkg)}; ${count}`],
    home,
  );
  if (Number(imported) === 0 || imported !== required) {
    throw new Error(`${pkg.manifest.name}: import sees ${imported} names, require() ${required}`);
  }
}

/** @param {import('../pack.mjs').PackedPackage} pkg */
function importing({ manifest }) {
  return `import * as names from '${manifest.name}'`;
}

/** @param {import('../pack.mjs').PackedPackage} pkg */
function requiring({ manifest }) {
  return `const names = require('${manifest.name}')`;
}

/**
 * Unpacks a package, once, in a directory where it finds what it declares.
 *
 * @param {import('../pack.mjs').PackedPackage} pkg
 * @param {import('../pack.mjs').PackedPackage[]} packages
 * @param {string} directory
 */
export function install(pkg, packages, directory) {
  const cwd = join(directory, pkg.folder);
  const modules = join(cwd, 'node_modules');
  const target = join(modules, pkg.manifest.name);
  if (existsSync(target)) return { cwd };

  mkdirSync(target, { recursive: true });
  run('tar', ['-xzf', pkg.tarball, '--strip-components=1', '-C', target]);
  for (const name of installedWith(pkg.manifest)) {
    const ours = packages.find(({ manifest }) => manifest.name === name);
    const source = ours
      ? join(install(ours, packages, directory).cwd, 'node_modules', name)
      : installedDirectory(pkg, name);
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(source, join(modules, name), 'dir');
  }
  return { cwd };
}

/**
 * @param {import('../pack.mjs').PackedPackage} pkg
 * @param {string} name
 */
function installedDirectory({ directory }, name) {
  const own = join(directory, 'node_modules', name);
  return existsSync(own) ? own : join(root, 'node_modules', name);
}
