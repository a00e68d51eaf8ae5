/**
 * A copy that shares no data with the original. Objects with a class of their own (value objects)
 * are kept as they are, for a generic copy could not keep their methods.
 */
export function copyRow<Row extends object>(row: Row): Row {
  const columns = Object.entries(row).map(([name, value]) => [name, copyValue(value)] as const);
  // Not by assignment: a property named `__proto__` would change the class of the copy.
  return Object.fromEntries(columns) as Row;
}

function copyValue(value: unknown): unknown {
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map((item: unknown) => copyValue(item));
  return isPlain(value) ? copyRow(value) : value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
