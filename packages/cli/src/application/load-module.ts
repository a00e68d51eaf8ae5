import { pathToFileURL } from 'node:url';
import { FailedError } from '../cli.errors.js';
import { type ApplicationModule, chooseModule } from './choose-module.js';
import { locateModule } from './locate.js';
import { assertSameCopies } from './same-copies.js';

/**
 * Loads the application's root module, ES module or CommonJS.
 *
 * @param app - `path` or `path#ExportName`; the usual places if absent
 * @throws UsageError, FailedError
 */
export async function loadModule(app: string | undefined): Promise<ApplicationModule> {
  const location = locateModule(app, process.cwd());
  assertSameCopies(location.file);
  return chooseModule(await load(location.file), location);
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new FailedError(`${file} cannot be loaded.${hintFor(cause)}`, { cause });
  }
}

function hintFor(error: unknown): string {
  const isSource = (error as { code?: unknown } | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION';
  return isSource ? ' Build the application, and give --app the compiled .js file.' : '';
}
