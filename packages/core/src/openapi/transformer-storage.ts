import type { Type } from '@nestjs/common';
import { createRequire } from 'node:module';

/** What `class-transformer` knows of a model. It has no public function that tells it. */
interface Storage {
  getExposedProperties(model: Type<object>, direction: number): string[];
  findTypeMetadata(model: Type<object>, field: string): { typeFunction(): unknown } | undefined;
}

const PLAIN_TO_CLASS = 0;

/** The fields with `@Expose()`, those of parents first. */
export function exposedFields(model: Type<object>): string[] {
  return storage()?.getExposedProperties(model, PLAIN_TO_CLASS) ?? [];
}

/** The class that `@Type(() => …)` names for a field. */
export function declaredClass(model: Type<object>, field: string): unknown {
  try {
    return storage()?.findTypeMetadata(model, field)?.typeFunction();
  } catch {
    // It depends on the value.
    return undefined;
  }
}

/**
 * The same door that `@nestjs/mapped-types` uses. Trying a mapping instead would run the
 * application's `@Transform()` functions on values that they do not expect.
 */
function storage(): Storage | undefined {
  try {
    const require = createRequire(import.meta.url);
    const module = require('class-transformer/cjs/storage.js') as {
      defaultMetadataStorage: Storage;
    };
    return module.defaultMetadataStorage;
  } catch {
    // Another build of it: only fields that are described otherwise are shown.
    return undefined;
  }
}
