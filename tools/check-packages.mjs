import { commandsRun } from './checks/commands-run.mjs';
import { declaredImports } from './checks/declared-imports.mjs';
import { loadsAlone } from './checks/loads-alone.mjs';
import { publishLinters } from './checks/publish-linters.mjs';
import { tarballContents } from './checks/tarball-contents.mjs';
import { packAll } from './pack.mjs';
import { temporaryDirectory } from './temporary.mjs';

// Judges the packages as npm would publish them. Each check throws an error that says what is wrong.

const directory = temporaryDirectory();
const packages = packAll(directory);

for (const pkg of packages) {
  for (const check of [tarballContents, declaredImports, publishLinters, loadsAlone, commandsRun]) {
    try {
      check(pkg, packages, directory);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  console.log(`${pkg.manifest.name}: ${pkg.files.length} files checked`);
}
