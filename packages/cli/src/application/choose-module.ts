import type { DynamicModule, Type } from '@nestjs/common';
import { UsageError } from '../cli.errors.js';

/** What Nest boots: a class with `@Module()`, or what `forRoot()` of one answers. @publicApi */
export type ApplicationModule = Type<unknown> | DynamicModule;

/**
 * The root module among the exports of a file: the one that is asked for by its name; else
 * `AppModule`; else the default export; else the only module that there is.
 *
 * @throws UsageError there is none, or more than one
 */
export function chooseModule(
  exported: Readonly<Record<string, unknown>>,
  { file, exportName }: { readonly file: string; readonly exportName?: string },
): ApplicationModule {
  const names = flatten(exported);
  const modules = Object.entries(names).filter(([, value]) => isModule(value));
  const list = modules.map(([name]) => name).join(', ');

  if (exportName !== undefined) {
    const wanted = names[exportName];
    if (isClass(wanted) || isModule(wanted)) return wanted;
    throw new UsageError(
      `${file} exports no module ${exportName}. Its modules: ${list || 'none'}.`,
    );
  }
  for (const name of ['AppModule', 'default']) {
    const value = names[name];
    if (isModule(value)) return value;
  }
  const [only, ...others] = modules;
  if (only && others.length === 0) return only[1] as ApplicationModule;
  throw new UsageError(
    only
      ? `${file} exports several modules: ${list}. Say which one boots: --app …#${only[0]}.`
      : `${file} exports no class with @Module(). Give --app the compiled file of the root module, not ` +
          'the one that starts the server.',
  );
}

/** Of a CommonJS file, `import()` may see the exports only as properties of `default`. */
function flatten(exported: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const whole = exported['default'];
  return isObject(whole) && !isModule(whole)
    ? { ...whole, ...exported, default: whole['default'] }
    : { ...exported };
}

function isModule(value: unknown): value is ApplicationModule {
  if (isClass(value)) return MODULE_KEYS.some((key) => Reflect.hasOwnMetadata(key, value));
  return isObject(value) && isClass(value['module']);
}

/** What `@Module()` leaves on a class. */
const MODULE_KEYS = ['imports', 'providers', 'controllers', 'exports'];

function isClass(value: unknown): value is Type<unknown> {
  return typeof value === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
