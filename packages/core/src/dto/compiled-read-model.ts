import type { Type } from '@nestjs/common';
import { createRequire } from 'node:module';

/** Copies what a model shows; `undefined` for a value that only class-transformer can show. */
export type CompiledReadModel<T> = (source: object) => T | undefined;

/** What this file asks of class-transformer's metadata. */
interface Metadata {
  getStrategy(target: object): string;
  getExposedMetadatas(target: object): readonly { propertyName: string; options?: object }[];
  getExcludedMetadatas(target: object): readonly unknown[];
  findTypeMetadata(target: object, property: string): unknown;
  findTransformMetadatas(target: object, property: string, kind: number): readonly unknown[];
}

/** Its `TransformationType.PLAIN_TO_CLASS`. */
const PLAIN_TO_CLASS = 0;

/**
 * A model whose fields have `@Expose()` and nothing else, as one loop over their names: class-transformer
 * asks its metadata anew for each field of each user, which takes longer than all the rest of the answer.
 * Whatever else a model can have (names, groups, types, transformations, accessors) is left to
 * class-transformer: `undefined`.
 */
export function compileReadModel<T extends object>(
  model: Type<T>,
): CompiledReadModel<T> | undefined {
  const metadata = metadataStorage();
  const fields = metadata && plainFields(model, metadata);
  if (!fields) return undefined;
  return (source) => {
    const shown = new model() as Record<string, unknown>;
    for (const field of fields) {
      const value = (source as Record<string, unknown>)[field];
      if (value === undefined) continue;
      if (typeof value === 'function') return undefined;
      if (typeof value !== 'object' || value === null) shown[field] = value;
      else if (value instanceof Date) shown[field] = new Date(value.valueOf());
      else return undefined;
    }
    return shown as T;
  };
}

/**
 * Whether an answer of a model can contain anything. `undefined` where nobody can tell: not even a model
 * that is known to shows something.
 */
export function showsSomething(model: Type, known: Type): boolean | undefined {
  const metadata = metadataStorage();
  if (!metadata || metadata.getExposedMetadatas(known).length === 0) return undefined;
  return (
    metadata.getStrategy(model) === 'exposeAll' || metadata.getExposedMetadatas(model).length > 0
  );
}

function plainFields(model: Type, metadata: Metadata): string[] | undefined {
  const exposed = metadata.getExposedMetadatas(model);
  const fields = [...new Set(exposed.map(({ propertyName }) => propertyName))];
  const isPlain =
    metadata.getStrategy(model) === 'none' &&
    metadata.getExcludedMetadatas(model).length === 0 &&
    exposed.every(({ options }) => Object.keys(options ?? {}).length === 0) &&
    fields.every((field) => isPlainField(model, field, metadata));
  return isPlain && fields.length > 0 ? fields : undefined;
}

function isPlainField(model: Type, field: string, metadata: Metadata): boolean {
  return (
    !(field in (model.prototype as object)) &&
    !metadata.findTypeMetadata(model, field) &&
    metadata.findTransformMetadatas(model, field, PLAIN_TO_CLASS).length === 0
  );
}

/**
 * No public name leads to it. Where an application is bundled, or another version keeps it elsewhere,
 * it is not found or is empty, and nothing is compiled.
 */
function metadataStorage(): Metadata | undefined {
  try {
    const load = createRequire(import.meta.url);
    const { defaultMetadataStorage } = load('class-transformer/cjs/storage.js') as {
      defaultMetadataStorage?: Metadata;
    };
    return defaultMetadataStorage;
  } catch {
    return undefined;
  }
}
