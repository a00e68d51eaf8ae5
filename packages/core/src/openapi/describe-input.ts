import type { Type } from '@nestjs/common';
import { ValidationTypes } from 'class-validator';
import { fieldType } from './field-type.js';
import { KNOWN_INPUTS } from './known-fields.js';
import { pluginFields } from './described-elsewhere.js';
import { addProperties, hasProperties } from './properties.js';
import { schemaOfRules } from './schema-of-rules.js';
import { type ValidationRule, validationRules } from './validation-rules.js';

/**
 * Describes what a route takes: the fields with validation rules, for all others are dropped.
 *
 * @param hidden - fields that the route drops although they have rules
 */
export function describeInput(model: Type<object>, hidden: readonly string[] = []): void {
  describe(model, hidden, []);
}

/** @param parents - models that contain this one, and are being described */
function describe(
  model: Type<object>,
  hidden: readonly string[],
  parents: readonly Type<object>[],
): boolean {
  if (parents.includes(model)) return true;
  const describeNested = (nested: Type<object>): boolean =>
    describe(nested, [], [...parents, model]);
  const fields = [...validationRules(model)].filter(
    ([field, rules]) => !hidden.includes(field) && !isHiddenByPlugin(field, rules),
  );
  addProperties(
    model,
    Object.fromEntries(
      fields.map(([field, rules]) => {
        const keywords = schemaOfRules(rules);
        return [
          field,
          {
            ...keywords,
            ...fieldType(model, field, describeNested, keywords),
            required: !rules.some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION),
            ...KNOWN_INPUTS[field],
          },
        ];
      }),
    ),
  );
  return hasProperties(model);
}

/** `@ApiHideProperty()` leaves no other trace than the absence from what the plugin found. */
function isHiddenByPlugin(field: string, rules: readonly ValidationRule[]): boolean {
  return rules.some(({ target }) => pluginFields(target)?.has(field) === false);
}
