import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaces } from './packages.mjs';

// Removes what `npm run build` makes, and what is left of deleted sources.

const builds = [...workspaces('packages'), ...workspaces('sample')].map(({ directory }) =>
  join(directory, 'dist'),
);
for (const path of [...builds, join(root, 'node_modules', '.cache', 'tsc')]) {
  rmSync(path, { recursive: true, force: true });
}
