import { types } from 'node:util';

/**
 * The ways along which a text can be reached from an object: through properties of any kind (symbols
 * and hidden ones too, getters excepted), maps, sets, bytes and prototypes. What a dump of whatever
 * depth could show is among them; what is in private fields, closures and key objects is not.
 */
export function waysTo(text: string, root: object): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>([globalThis, process, Object.prototype, Function.prototype]);
  const queue: [value: unknown, way: string][] = [[root, '']];
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    const [value, way] = entry;
    if (typeof value === 'string' && value.includes(text)) found.push(way);
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    for (const [key, item] of partsOf(value)) queue.push([item, `${way}.${key}`]);
  }
  return found;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function* partsOf(value: object): Generator<[key: string, value: unknown]> {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    yield ['bytes', Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('latin1')];
    return;
  }
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      yield ['key', key];
      yield [String(typeof key === 'object' ? 'value' : key), item];
    }
  }
  if (types.isSet(value)) for (const item of value) yield ['item', item];
  yield ['prototype of it', Object.getPrototypeOf(value)];
  for (const key of Reflect.ownKeys(value)) {
    yield [String(key), Reflect.getOwnPropertyDescriptor(value, key)?.value];
  }
}
