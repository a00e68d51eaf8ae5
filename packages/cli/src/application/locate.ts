import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../cli.errors.js';

/** Where `nest build` puts the root module; the second one where it compiles more than `src/`. */
const USUAL_PLACES = ['dist/app.module.js', 'dist/src/app.module.js'];

/** A file, and which of its exports. */
export interface ModuleLocation {
  readonly file: string;
  readonly exportName?: string;
}

/**
 * Reads `path` or `path#ExportName`, relative to the working directory.
 *
 * @param text - what was said; the usual places if nothing was
 * @throws UsageError there is no such file
 */
export function locateModule(text: string | undefined, cwd: string): ModuleLocation {
  if (text === undefined) return { file: usualPlace(cwd) };
  const whole = resolve(cwd, text);
  if (existsSync(whole)) return { file: whole };
  const [, path = '', exportName = ''] = /^(.+)#([^#]+)$/.exec(text) ?? [];
  const file = resolve(cwd, path);
  if (path !== '' && existsSync(file)) return { file, exportName };
  throw new UsageError(
    `There is no file ${path === '' ? whole : file}. Build the application first, and give --app (or ` +
      'NESTJS_USERS_APP) the compiled file of its root module.',
  );
}

function usualPlace(cwd: string): string {
  const found = USUAL_PLACES.map((path) => resolve(cwd, path)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new UsageError(
    `There is no ${USUAL_PLACES.join(' and no ')} here. Build the application first, or say where its ` +
      'root module is: --app path/to/app.module.js#AppModule, or NESTJS_USERS_APP.',
  );
}
