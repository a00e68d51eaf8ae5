import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

/** One rule of class-validator for one field. */
export type ValidationRule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

/** The validation rules of a model by field, those of parents first. */
export function validationRules(model: Type<object>): Map<string, ValidationRule[]> {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(model, '', false, false)
    .toSorted((one, other) => depth(one.target) - depth(other.target));
  const byField = new Map<string, ValidationRule[]>();
  for (const rule of rules) {
    byField.set(rule.propertyName, [...(byField.get(rule.propertyName) ?? []), rule]);
  }
  return byField;
}

function depth(model: unknown): number {
  return typeof model === 'function' ? 1 + depth(Object.getPrototypeOf(model)) : 0;
}
