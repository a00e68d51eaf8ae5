import type { Type } from '@nestjs/common';
import { type DescribeNested, fieldType } from './field-type.js';
import { KNOWN_OUTPUTS, UNIONS } from './known-fields.js';
import { pluginFields } from './described-elsewhere.js';
import { addProperties, hasProperties } from './properties.js';
import { exposedFields } from './transformer-storage.js';

/**
 * Describes what a route shows: the exposed fields. Those of the application may be absent or `null`
 * as far as their decorators tell; it can say more by `@ApiProperty()`.
 */
export function describeOutput(model: Type<object>): void {
  describe(model, []);
}

/** @param parents - models that contain this one, and are being described */
function describe(model: Type<object>, parents: readonly Type<object>[]): boolean {
  if (parents.includes(model)) return true;
  const describeNested = (nested: Type<object>): boolean => describe(nested, [...parents, model]);
  addProperties(
    model,
    Object.fromEntries(
      exposedFields(model)
        .filter((field) => !isHiddenByPlugin(model, field))
        .map((field) => [
          field,
          {
            ...(KNOWN_OUTPUTS[field] ?? { required: false, nullable: true }),
            ...outputType(model, field, describeNested),
          },
        ]),
    ),
  );
  return hasProperties(model);
}

function outputType(model: Type<object>, field: string, nested: DescribeNested): object {
  const type = fieldType(model, field, nested);
  return (type.type === 'object' && UNIONS[field]) || type;
}

/** The plugin compiled the class, and `@ApiHideProperty()` kept the field from it. */
function isHiddenByPlugin(model: Type<object>, field: string): boolean {
  return (
    Reflect.hasOwnMetadata('design:type', model.prototype as object, field) &&
    pluginFields(model)?.has(field) === false
  );
}
