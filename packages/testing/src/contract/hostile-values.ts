import type { UserId } from '@nestjs-users/core';

/** Texts that mean something to a database if they are not treated as data. */
export const METACHARACTERS = [
  `' OR '1'='1`,
  `"; DROP TABLE users; --`,
  `%`,
  `_%_`,
  `\\`,
  `\\' OR 1=1 -- `,
  `$1`,
  `?`,
  `:id`,
  `@id`,
  `{"$ne":null}`,
  `/* comment */`,
] as const;

/** What no row has as an id or address, but a careless condition takes for "any" or for "the first". */
const NOBODY: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  '\0',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
  1.5,
  2 ** 53,
  1e21,
  // Databases take these for 1 and 0.
  true,
  false,
  {},
  [],
  [undefined],
  new Date(),
  // The operators of common query builders.
  { $ne: null },
  { not: null },
  { '@instanceof': Symbol.for('FindOperator'), _type: 'not', _value: '', _useParameter: true },
  'x'.repeat(10_000),
  ...METACHARACTERS,
];

/** Values that must find nobody while a row with this id exists. */
export function hostileIds(id: UserId): UserId[] {
  return [...NOBODY, ...wrappings(id), ...respellings(id)] as UserId[];
}

/** Values that must find nobody while a row with this canonical address exists. */
export function hostileEmails(canonicalEmail: string): string[] {
  const at = canonicalEmail.indexOf('@');
  return [
    ...NOBODY,
    ...wrappings(canonicalEmail),
    canonicalEmail.toUpperCase(),
    canonicalEmail.replace('u', 'U'),
    // What collations find equal: accents, and letters that are not ASCII.
    canonicalEmail.replace('u', 'ú'),
    canonicalEmail.replace('s', '\u017f'),
    ` ${canonicalEmail}`,
    `${canonicalEmail} `,
    `${canonicalEmail}\0`,
    `${canonicalEmail}\n`,
    `${canonicalEmail}%`,
    canonicalEmail.slice(0, -1),
    `%${canonicalEmail.slice(at)}`,
    canonicalEmail.replace('u', '_'),
    canonicalEmail.replace('u', '%'),
  ] as string[];
}

/** Other spellings of an id that databases or number conversion take for the same. */
export function respellings(id: UserId): string[] {
  const text = String(id);
  const shouted = text.toUpperCase();
  return [
    ` ${text}`,
    `${text} `,
    `${text}\0`,
    `${text}\n`,
    `${text}x`,
    `0${text}`,
    `+${text}`,
    `${text}.0`,
    `${text}e0`,
    `{${text}}`,
    `urn:uuid:${text}`,
    ...(shouted === text ? [] : [shouted]),
    ...(text.includes('-') ? [text.replaceAll('-', '')] : []),
    // Full-width digits are digits to some.
    text.replace(/\d/, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
}

/** Values that contain the right one. Drivers take some of them apart. */
function wrappings(value: UserId): unknown[] {
  return [[value], { id: value }, { $eq: value }, Object(value), Buffer.from(String(value))];
}
