import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { packAll } from '../pack.mjs';
import { run } from '../run.mjs';
import { temporaryDirectory } from '../temporary.mjs';
import { start } from './start.mjs';
import { SUPERUSER, story } from './story.mjs';

// One small application, as in the README, on what npm would deliver: the tarballs, installed into an
// empty Nest 12 application of ES modules and an empty Nest 11 application of CommonJS modules.
// It is compiled with declarations and without skipLibCheck, so that the packages' types are judged too.

const tarballs = packAll(temporaryDirectory())
  .filter(({ folder }) => ['cli', 'core', 'typeorm'].includes(folder))
  .map(({ tarball }) => tarball);

const CREATE_SUPERUSER = ['create-superuser', '--email', SUPERUSER.email, '--password-stdin'];

for (const flavour of ['nest12-esm', 'nest11-cjs']) {
  const directory = temporaryDirectory();
  cpSync(join(import.meta.dirname, 'app'), directory, { recursive: true });
  cpSync(join(import.meta.dirname, flavour), directory, { recursive: true });

  const npm = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  run('npm', [...npm, ...tarballs], { cwd: directory });
  run(join(directory, 'node_modules', '.bin', 'tsc'), [], { cwd: directory });

  run(join(directory, 'node_modules', '.bin', 'nestjs-users'), CREATE_SUPERUSER, {
    cwd: directory,
    input: SUPERUSER.password,
  });
  const application = await start(join(directory, 'dist', 'main.js'), directory);
  try {
    await story(application.url);
  } catch (error) {
    console.error(application.output());
    throw error;
  } finally {
    await application.stop();
  }
  console.log(
    `${flavour}: installed, compiled, superuser made by the command, registered, logged in, read /users/me`,
  );
}
