import type { Type } from '@nestjs/common';
import type { RuleKeywords } from './schema-of-rules.js';
import { declaredClass } from './transformer-storage.js';

/** The part of a schema that says what kind of value a field has. */
export interface FieldType {
  readonly type?: string | Type<object>;
  readonly isArray?: boolean;
  readonly additionalProperties?: true;
}

/** Describes the class of a nested model; `false` if it has no fields to show. */
export type DescribeNested = (model: Type<object>) => boolean;

const PRIMITIVES = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
]);

/**
 * The type of a field: what its rules demand, else its class in `@Type()`, else what TypeScript
 * leaves of its type (`design:type`), else any object.
 */
export function fieldType(
  model: Type<object>,
  field: string,
  describeNested: DescribeNested,
  rules: RuleKeywords = {},
): FieldType {
  const design: unknown = Reflect.getMetadata('design:type', model.prototype as object, field);
  const isArray = rules.isArray ?? design === Array;
  const declared = declaredClass(model, field) ?? design;
  const type = rules.type ?? PRIMITIVES.get(declared) ?? classOf(declared, describeNested);
  if (type !== undefined) return { type, isArray };
  // An enumeration has the type of its values.
  if (rules.enum) return { isArray };
  return { type: 'object', isArray, ...(!isArray && { additionalProperties: true }) };
}

/** A date or a nested model; not what says nothing: interfaces, unions, lists of anything. */
function classOf(value: unknown, describeNested: DescribeNested): Type<object> | undefined {
  if (typeof value !== 'function' || value === Object || value === Array) return undefined;
  const nested = value as Type<object>;
  return value === Date || describeNested(nested) ? nested : undefined;
}
