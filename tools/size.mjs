import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { publicPackages } from './packages.mjs';

// Prints how long source files are (specs apart): one idea per file keeps the median at 60 lines or less.

const LONGEST_MEDIAN = 60;

for (const { directory, manifest } of publicPackages()) {
  const lengths = ts.sys
    .readDirectory(join(directory, 'src'), ['.ts'], ['**/*.spec.ts'])
    .map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length)
    .toSorted((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  console.log(
    `${manifest.name}: ${lengths.length} files, median ${median} lines, longest ${lengths.at(-1) ?? 0}`,
  );
  if (median > LONGEST_MEDIAN) {
    console.error(
      `${manifest.name}: the median is over ${LONGEST_MEDIAN} lines; split what has two ideas`,
    );
    process.exitCode = 1;
  }
}
