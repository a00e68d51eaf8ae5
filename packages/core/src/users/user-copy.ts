import type { BaseUser } from './user.js';

/**
 * A copy that shares no data with the original: changing one is never seen in the other. Objects
 * with a class of their own (relations, value objects) are kept as they are, for a generic copy
 * could not keep their methods.
 */
export function copyUser<U extends BaseUser>(user: U): U {
  const copy = Object.create(Object.getPrototypeOf(user) as object) as U;
  for (const key of Object.keys(user) as (keyof U)[]) copy[key] = copyValue(user[key]);
  return copy;
}

function copyValue<T>(value: T): T {
  return isPlainData(value) ? structuredClone(value) : value;
}

function isPlainData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return value instanceof Date || Array.isArray(value) || prototype === Object.prototype;
}
