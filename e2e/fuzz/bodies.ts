import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { CANARY } from '../harness/leaks.js';
import { type Entry, FOREIGN } from './fields.js';
import { hostileValue, twisted } from './hostile-values.js';
import type { Random } from './random.js';

/** What goes over the wire, and what its type is said to be. */
export interface Body {
  readonly bytes: Buffer;
  readonly type?: string;
  readonly encoding?: string;
}

type Spoiler = (entries: readonly Entry[], random: Random) => Body;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

const json = (text: string): Body => ({ bytes: Buffer.from(text), type: JSON_TYPE });
const objectOf = (entries: readonly Entry[]): string =>
  `{${entries.map(([field, value]) => `${JSON.stringify(field)}:${value}`).join()}}`;
const textOf = (value: string): string => String(JSON.parse(value));
const pairs = (entries: readonly Entry[]): [string, string][] =>
  entries.map(([field, value]) => [field, textOf(value)]);

/** A body with nothing wrong. */
export const plain = (entries: readonly Entry[]): Body => json(objectOf(entries));

function change(
  entries: readonly Entry[],
  random: Random,
  make: (value: string) => string,
): Entry[] {
  const index = random.below(entries.length);
  return entries.map(([field, value], at) => [field, at === index ? make(value) : value]);
}

/** One value is of a shape that its field does not expect. */
const replace: Spoiler = (entries, random) =>
  plain(change(entries, random, () => hostileValue(random)));

/** Several values are, or all. */
const replaceSome: Spoiler = (entries, random) =>
  plain(
    entries.map(([field, value]) => [field, random.chance(0.5) ? hostileValue(random) : value]),
  );

/** One value is nearly what it should be. */
const twist: Spoiler = (entries, random) =>
  plain(change(entries, random, (value) => JSON.stringify(twisted(textOf(value), random))));

const remove: Spoiler = (entries, random) => {
  const index = random.below(entries.length);
  return plain(entries.filter((_, at) => at !== index));
};

const add: Spoiler = (entries, random) => {
  const value = random.chance(0.5)
    ? random.pick(['true', '1', '"x"', 'null'])
    : hostileValue(random);
  return plain([...entries, [random.pick(FOREIGN), value]]);
};

const duplicate: Spoiler = (entries, random) => {
  const [field = 'x', value = '1'] = random.pick(entries) ?? [];
  const other: Entry = [field, random.chance(0.5) ? value : hostileValue(random)];
  return plain(random.chance(0.5) ? [...entries, other] : [other, ...entries]);
};

const whole: Spoiler = (_entries, random) => json(hostileValue(random));

/** Text that is no JSON, or hardly. */
const broken: Spoiler = (entries, random) => {
  const text = objectOf(entries);
  const cut = random.below(text.length);
  return json(
    random.pick([
      text.slice(0, cut),
      `${text.slice(0, cut)}\0${text.slice(cut)}`,
      text.replaceAll('"', "'"),
      text.replace(/}$/, ',}'),
      `${text}${text}`,
      `\ufeff${text}`,
      ` \r\n\t${text}\n`,
      `/* x */${text}`,
      text.replace(':', ':NaN,"y":'),
      '',
      '[',
      'undefined',
      `[${text}]`,
      JSON.stringify(text),
    ]),
  );
};

/** Bytes that are no UTF-8, or do not say so. */
const recoded: Spoiler = (entries, random) => {
  const text = objectOf(entries);
  const middle = Math.floor(text.length / 2);
  const bad = random.pick([[0x80], [0xc0, 0xaf], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xff, 0xfe]]);
  const inside = Buffer.concat([
    Buffer.from(text.slice(0, middle)),
    Buffer.from(bad),
    Buffer.from(text.slice(middle)),
  ]);
  const charset = random.pick([
    'utf-8',
    'utf-16',
    'utf-16le',
    'utf-32',
    'iso-8859-1',
    'x',
    '"',
    '',
  ]);
  const bytes = random.pick([inside, Buffer.from(text, 'utf16le'), Buffer.from(text, 'latin1')]);
  return { bytes, type: random.chance(0.5) ? JSON_TYPE : `${JSON_TYPE}; charset=${charset}` };
};

/** Forms, as pages send them and as nobody does. */
const form: Spoiler = (entries, random) => {
  const good = pairs(entries);
  const field = good[random.below(good.length)]?.[0] ?? 'x';
  const text = new URLSearchParams(good).toString();
  const bytes = random.pick([
    text,
    `${text}&${field}[$ne]=`,
    `${field}[]=1&${field}[]=2&${text}`,
    `${field}[__proto__][isSuperuser]=1&${text}`,
    `${text}&${field}=2`,
    `${text}&${field}[0][1][2][3][4][5][6]=1`,
    `${field}=%&${field}=%FF%FE&${text}`,
    '&&&===&',
    `${'a=1&'.repeat(1500)}${text}`,
  ]);
  return {
    bytes: Buffer.from(bytes),
    type: random.pick([FORM_TYPE, FORM_TYPE, `${FORM_TYPE}; charset=utf-16`]),
  };
};

const TYPES = [
  ...['text/plain', 'text/json', 'application/xml', 'application/vnd.api+json', 'image/png'],
  ...['application/octet-stream', 'multipart/form-data', 'multipart/form-data; boundary=x', '*/*'],
  ...['APPLICATION/JSON', 'application/json;', 'application/json; charset', 'application / json'],
  ...['application/json, application/json', 'json', '', ';', 'a'.repeat(3000), '\xe4\xf6'],
];

/** A body that says that it is something else. */
const mistyped: Spoiler = (entries, random) => ({
  bytes: Buffer.from(objectOf(entries)),
  type: random.pick(TYPES),
});

const untyped: Spoiler = (entries) => ({ bytes: Buffer.from(objectOf(entries)) });

/** Compressed, or said to be. */
const zipped: Spoiler = (entries, random) => {
  const bytes = Buffer.from(objectOf(entries));
  const bomb = Buffer.from(`{"x":"${'a'.repeat(2e6)}"}`);
  const [encoding, made] = random.pick<[string, () => Buffer]>([
    ['gzip', () => gzipSync(bytes)],
    ['deflate', () => deflateSync(bytes)],
    ['br', () => brotliCompressSync(bytes)],
    ['gzip', () => gzipSync(bomb)],
    ['gzip', () => bytes],
    ['gzip', () => gzipSync(bytes).subarray(0, 12)],
    ['deflate', () => bytes],
    ['identity', () => bytes],
    ['gzip, gzip', () => gzipSync(gzipSync(bytes))],
    ['zstd', () => bytes],
    ['', () => bytes],
  ]);
  return { bytes: made(), type: JSON_TYPE, encoding };
};

/** More than anybody means to send. */
const large: Spoiler = (entries, random) => {
  const [field = 'x'] = random.pick(entries) ?? [];
  const many = Array.from({ length: 2000 }, (_, index) => [`k${index}`, '1'] as const);
  return random.pick([
    () => plain([...entries, ['x', `"${'a'.repeat(120_000)}"`]]),
    () => plain([...entries, [field, `"${'a'.repeat(90_000)}"`]]),
    () => plain([...entries, ...many]),
    () => plain([...entries, ['x', '['.repeat(5000) + ']'.repeat(5000)]]),
    () => plain([...entries, ['x', `[${'{},'.repeat(3000)}1]`]]),
    () => plain([['a'.repeat(50_000), '1'], ...entries]),
  ])();
};

const SPOILERS: readonly Spoiler[] = [
  ...[replace, replace, replace, replace, replace, replace, twist, twist, twist, twist],
  ...[
    replaceSome,
    replaceSome,
    remove,
    add,
    add,
    duplicate,
    whole,
    broken,
    recoded,
    form,
    form,
    mistyped,
    untyped,
  ],
  ...[zipped, large],
];

/** What a platform's parser refuses; careless applications log the error, with all that was sent. */
const UNREADABLE: ReadonlySet<Spoiler> = new Set([broken, recoded, form, zipped]);

/** A body with one thing wrong. */
export function spoiled(entries: readonly Entry[], random: Random): Body {
  const spoil = random.pick(SPOILERS);
  const filled: readonly Entry[] = entries.length > 0 ? entries : [['x', '1']];
  if (!UNREADABLE.has(spoil)) return spoil(filled, random);
  const unsecret = filled.map(([field, value]) => [field, value.replaceAll(CANARY, 'x')] as const);
  return spoil(unsecret, random);
}
