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

function copyValue<T>(value: T): T;
function copyValue(value: unknown): unknown {
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map((item: unknown) => copyValue(item));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyValue(item)]));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
