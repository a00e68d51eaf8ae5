import type { Type } from '@nestjs/common';
import { isCompiledByPlugin, isDescribedElsewhere, markAsDerived } from './described-elsewhere.js';
import { SWAGGER } from './swagger-metadata.js';

/** A property of a model: keywords of its schema, and what `@ApiProperty()` takes beside them. */
export interface Property {
  readonly type?: string | Type<object>;
  readonly isArray?: boolean;
  /** Default `true`. */
  readonly required?: boolean;
  readonly enum?: readonly unknown[];
  /** Name of the enumeration as a schema of its own. */
  readonly enumName?: string;
  readonly [keyword: string]: unknown;
}

/**
 * Describes properties of a model on the model itself: neither its parents nor its siblings get
 * them, and it shows none that were derived for a parent only. What the application has described by
 * `@ApiProperty()`, or by the CLI plugin, stays.
 */
export function addProperties(
  model: Type<object>,
  properties: Readonly<Record<string, Property>>,
): void {
  const prototype = model.prototype as object;
  const described = (name: string): boolean => isDescribedElsewhere(prototype, name);
  const added = Object.keys(properties);
  if (added.length === 0) return;
  for (const [name, property] of Object.entries(properties)) {
    if (described(name)) continue;
    Reflect.defineMetadata(SWAGGER.properties, withEnumeration(property), prototype, name);
    markAsDerived(prototype, name);
  }
  const names = new Set([...added, ...namesOf(model).filter(described)]);
  const list = [...names].map((name) => `:${name}`);
  Reflect.defineMetadata(SWAGGER.propertyNames, list, prototype);
}

/** Whether a model has any property to show, whoever described it. */
export function hasProperties(model: Type<object>): boolean {
  return namesOf(model).length > 0 || isCompiledByPlugin(model);
}

/** The name of a model in the document. */
export function schemaName(model: Type<object>): string {
  const schemas = (Reflect.getOwnMetadata(SWAGGER.schema, model) ?? []) as { name?: string }[];
  return schemas.at(-1)?.name ?? model.name;
}

function namesOf(model: Type<object>): string[] {
  const list = Reflect.getMetadata(SWAGGER.propertyNames, model.prototype as object) as unknown;
  return ((list ?? []) as string[]).map((entry) => entry.slice(1));
}

/** The type of an enumeration is that of its values. */
function withEnumeration({ enum: values, ...property }: Property): Property {
  if (!values) return property;
  const type = property.type ?? typeof values[0];
  return property.isArray
    ? { ...property, type: 'array', items: { type, enum: values } }
    : { ...property, type, enum: values };
}
