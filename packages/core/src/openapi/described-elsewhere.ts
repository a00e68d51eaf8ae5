import type { Type } from '@nestjs/common';
import { SWAGGER } from './swagger-metadata.js';

/** Names that the library has described, by prototype: a description by anybody else goes first. */
const derived = new WeakMap<object, Set<string>>();

export function markAsDerived(prototype: object, name: string): void {
  derived.set(prototype, new Set([...(derived.get(prototype) ?? []), name]));
}

/** Whether the nearest description of a property is the application's. */
export function isDescribedElsewhere(prototype: object, name: string): boolean {
  const describer = ancestors(prototype).find((ancestor) =>
    Reflect.hasOwnMetadata(SWAGGER.properties, ancestor, name),
  );
  if (describer) return !derived.get(describer)?.has(name);
  return ancestors(prototype).some((ancestor) => pluginFields(ancestor.constructor)?.has(name));
}

/** Whether swagger's CLI plugin found fields in a class or its parents. */
export function isCompiledByPlugin(model: Type<object>): boolean {
  return ancestors(model.prototype as object).some(
    (ancestor) => (pluginFields(ancestor.constructor)?.size ?? 0) > 0,
  );
}

/** The fields that swagger's CLI plugin found in a class; `undefined` if it did not compile the class. */
export function pluginFields(model: unknown): Set<string> | undefined {
  const factory = Object.getOwnPropertyDescriptor(model, '_OPENAPI_METADATA_FACTORY')?.value as
    (() => object) | undefined;
  return factory && new Set(Object.keys(factory.call(model)));
}

function ancestors(prototype: object): object[] {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return [prototype, ...(parent && parent !== Object.prototype ? ancestors(parent) : [])];
}
