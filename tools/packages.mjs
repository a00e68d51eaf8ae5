import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '..');

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/** @typedef {{ folder: string, directory: string, manifest: Manifest }} Package */

/** The packages that are published: every folder of `packages/` with a manifest that is not private. */
export function publicPackages() {
  return workspaces('packages').filter(({ manifest }) => !manifest.private);
}

/**
 * Every folder of a directory of the repository that has a `package.json`.
 *
 * @param {string} parent
 * @returns {Package[]}
 */
export function workspaces(parent) {
  return folders(join(root, parent)).flatMap((folder) => {
    const directory = join(root, parent, folder);
    if (!readdirSync(directory).includes('package.json')) return [];
    return [{ folder, directory, manifest: readJson(join(directory, 'package.json')) }];
  });
}

/** @param {Manifest} manifest */
export function optionalPeers({ peerDependenciesMeta = {} }) {
  return Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional);
}

/**
 * What is installed together with a package: its dependencies, and its peers but for the optional ones.
 *
 * @param {Manifest} manifest
 */
export function installedWith(manifest) {
  const optional = optionalPeers(manifest);
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
    (name) => !optional.includes(name),
  );
}

/** @param {string} directory */
function folders(directory) {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
  } catch {
    return [];
  }
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
