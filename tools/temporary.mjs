import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a directory that is removed when this process ends. */
export function temporaryDirectory() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-users-')));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
