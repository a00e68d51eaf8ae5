import { createRequire } from 'node:module';

/** The optional peer `@nestjs/swagger`; `undefined` where the application does not use it. */
export const swagger = load();

function load(): typeof import('@nestjs/swagger') | undefined {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('@nestjs/swagger/package.json');
  } catch {
    // Not installed: the routes work, and nobody asks for their description.
    return undefined;
  }
  return require('@nestjs/swagger') as typeof import('@nestjs/swagger');
}
