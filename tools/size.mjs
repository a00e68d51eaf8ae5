import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { publicPackages } from './packages.mjs';

// Prints how long source files are, specs apart. A growing median says that files hold two ideas.

for (const { directory, manifest } of publicPackages()) {
  const lengths = ts.sys
    .readDirectory(join(directory, 'src'), ['.ts'], ['**/*.spec.ts', '**/*.fixture.ts'])
    .map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length)
    .toSorted((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const longest = lengths.at(-1) ?? 0;
  console.log(
    `${manifest.name}: ${lengths.length} files, median ${median} lines, longest ${longest}`,
  );
}
