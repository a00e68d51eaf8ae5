import type { Type } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { isCompiledByPlugin, isDescribedElsewhere, markAsDerived } from './described-elsewhere.js';
import { swagger } from './swagger.js';

/** Properties of a model, by name. */
export type Properties = Readonly<Record<string, ApiPropertyOptions>>;

/**
 * Describes properties of a model on the model itself: neither its parents nor its siblings get
 * them, and it shows none that were derived for a parent only. What the application has described by
 * `@ApiProperty()`, or by the CLI plugin, stays.
 */
export function addProperties(model: Type<object>, properties: Properties): void {
  const added = Object.keys(properties);
  if (!swagger || added.length === 0) return;
  const { ApiProperty, DECORATORS } = swagger;
  const prototype = model.prototype as object;
  for (const name of added) {
    if (isDescribedElsewhere(prototype, name)) continue;
    ApiProperty(properties[name])(prototype, name);
    markAsDerived(prototype, name);
  }
  const shown = listOf(model).filter(
    (name) => added.includes(name) || isDescribedElsewhere(prototype, name),
  );
  const ordered = new Set([...added.filter((name) => shown.includes(name)), ...shown]);
  Reflect.defineMetadata(
    DECORATORS.API_MODEL_PROPERTIES_ARRAY,
    [...ordered].map((name) => `:${name}`),
    prototype,
  );
}

/** Whether a model has any property to show, whoever described it. */
export function hasProperties(model: Type<object>): boolean {
  return listOf(model).length > 0 || isCompiledByPlugin(model);
}

function listOf(model: Type<object>): string[] {
  const list: unknown =
    swagger &&
    Reflect.getMetadata(swagger.DECORATORS.API_MODEL_PROPERTIES_ARRAY, model.prototype as object);
  return ((list ?? []) as string[]).map((entry) => entry.slice(1));
}
