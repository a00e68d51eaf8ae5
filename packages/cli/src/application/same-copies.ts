import { createRequire } from 'node:module';
import { FailedError } from '../cli.errors.js';

/**
 * Makes sure that the command and the application share their classes: Nest finds providers by class,
 * and a second copy of a package has other classes of the same names.
 */
export function assertSameCopies(file: string): void {
  for (const name of ['@nestjs/core', '@nestjs-users/core']) {
    const ours = resolveFrom(import.meta.url, name);
    const theirs = resolveFrom(file, name);
    if (ours === theirs || theirs === undefined) continue;
    throw new FailedError(
      `The command uses ${name} at ${ours}, the application at ${theirs}. Install @nestjs-users/cli ` +
        'beside the application, and run `npx nestjs-users` there.',
    );
  }
}

/** `undefined` where an application has the package through another one only. */
function resolveFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}
