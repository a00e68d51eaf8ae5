import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { installedWith, optionalPeers } from '../packages.mjs';

/**
 * Every package that the sources import is a dependency or a peer, and an optional peer is known to
 * one folder only.
 *
 * @param {import('../packages.mjs').Package} pkg
 */
export function declaredImports({ directory, manifest }) {
  const optional = optionalPeers(manifest);
  const declared = [...installedWith(manifest), ...optional];
  /** @type {Map<string, string>} */
  const folderOfPeer = new Map();

  for (const { file, name } of importedPackages(join(directory, 'src'))) {
    if (!declared.includes(name)) {
      throw new Error(`${manifest.name}: ${file} imports ${name}; declare it in package.json`);
    }
    if (!optional.includes(name)) continue;
    const folder = folderOfPeer.get(name) ?? dirname(file);
    if (folder !== dirname(file)) {
      throw new Error(
        `${manifest.name}: ${file} imports the optional peer ${name}, as ${folder}/ does; one folder only may know it`,
      );
    }
    folderOfPeer.set(name, folder);
  }
}

/**
 * Imports of every kind: static, dynamic, `require()`, of types, re-exports.
 *
 * @param {string} source
 */
function importedPackages(source) {
  return sourceFiles(source).flatMap((file) =>
    ts
      .preProcessFile(readFileSync(join(source, file), 'utf8'), true, true)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .map((specifier) => ({ file, name: packageName(specifier) })),
  );
}

/** @param {string} source */
function sourceFiles(source) {
  return ts.sys
    .readDirectory(source, ['.ts'], ['**/*.spec.ts', '**/*.fixture.ts'])
    .map((file) => file.slice(source.length + 1));
}

/** `@scope/name/deep` → `@scope/name` @param {string} specifier */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
