import * as fc from 'fast-check';
import { wrongTexts, wrongValues } from '../harness/wrong-shapes.js';
import type { Random } from './random.js';

/** Deep, but not too deep for a parser. */
const nest = (levels: number, open: string, close: string) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

/**
 * Values as they stand in JSON. In lower case where they look like statements, so that what a
 * database says of one can be told from the value itself.
 */
const values: readonly string[] = [
  ...Object.values(wrongValues),
  ...[
    '1',
    '-0',
    '1e308',
    '-1e308',
    '1e999',
    '9007199254740993',
    '0.1',
    '2147483648',
    '-2147483649',
  ],
  ...['"1"', '"true"', '"false"', '"null"', '"undefined"', '"NaN"', '"0x10"', '"1e5"'],
  ...['{"__proto__":{"isSuperuser":true}}', '{"constructor":{"prototype":{"isActive":true}}}'],
  ...['{"length":1e9}', '{"then":"x"}', '{"0":"a","1":"b","length":2}', '[[[[]]]]', '[null]'],
  ...["\"' or '1'='1\"", '"\\";drop table users;--"', '"\') union select 1 --"', '"1;select 1"'],
  ...['"%"', '"_"', '"\\\\"', '"\\\\\'"', '"\\u0000"', '"a\\u001ab"', '"\\b\\f\\n\\r\\t"'],
  ...['"${jndi:ldap://127.0.0.1/x}"', '"../../../../etc/passwd"', '"file:///etc/passwd"'],
  ...['"<script>alert(1)</script>"', '"\\r\\nSet-Cookie: a=b"', '"{{7*7}}"', '"=1+1"'],
  ...['"a@b"', '"a@@b.co"', '"@"', '"a@b.co,c@d.co"', '"\\"q\\"@example.org"', '"a@[127.0.0.1]"'],
  ...['"a@xn--a.org"', '"a@b\\u00fccher.example"', '"a@example.org."', '"a b@example.org"'],
  ...[
    '"\\u0130@example.org"',
    '"\\ufb01x@example.org"',
    '"a\\u200b@example.org"',
    '"\\u00df@x.org"',
  ],
  ...[`"${'a'.repeat(65)}@example.org"`, `"a@${'b.'.repeat(130)}org"`, `"${'é'.repeat(300)}"`],
  ...['"\\ud83d\\udc0e"', '"\\ud83d"', '"\\ufffd"', '"\\ufeff"', '"\\u202e\\u2066\\u200f"'],
  ...['"2026-02-30T25:61:00Z"', '"11111111-1111-1111-1111-111111111111"', '"a.b.c"', '"e30.e30."'],
  ...[nest(31, '[', ']'), nest(40, '[', ']'), nest(40, '{"a":', '}')],
];

const surprise = fc.oneof(
  fc.json({ maxDepth: 3, stringUnit: 'binary' }),
  fc.json({ maxDepth: 0, stringUnit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => JSON.stringify(text)),
);

/** A value that no field expects, as it stands in JSON. */
export function hostileValue(random: Random): string {
  return random.chance(0.8) ? random.pick(values) : random.of(surprise);
}

const texts: readonly string[] = [
  ...Object.values(wrongTexts),
  ...['%00', '%0a', '%0d%0aX:%20y', '%2e%2e', '%252e', '%c0%af', '%u0041', '%F0%9F', '+', '%2B'],
  ...["'%20or%20'1'='1", '%25', '_', '%5C', ';x=1', '%3B', '%2F', '//', '.', '-1', '1e308', '0x1'],
  ...['9007199254740993', '2147483648', '%EF%BB%BF', '%E2%80%AE', '%ED%9F%BF', '*', ':id', '{id}'],
  ...['constructor', 'toString', 'hasOwnProperty', 'prototype', 'undefined', 'NaN', 'null', '\xff'],
];

/** A part of a path or a query that no route expects, as it stands in a URL. */
export function hostileText(random: Random): string {
  if (random.chance(0.85)) return random.pick(texts);
  const text = random.of(fc.string({ unit: 'grapheme', maxLength: 40 }));
  return encodeURIComponent(text.toWellFormed());
}

const twists: readonly ((text: string) => string)[] = [
  (text) => `${text}\0`,
  (text) => ` ${text}`,
  (text) => `${text} `,
  (text) => `${text}\n`,
  (text) => text.toUpperCase(),
  (text) => text.slice(0, -1),
  (text) => text.slice(1),
  (text) => text + text,
  (text) => text.repeat(300),
  (text) => `\u202e${text}`,
  (text) => `\ufeff${text}`,
  (text) => `${text}\ud800`,
  (text) => `${text}'--`,
  (text) => `${text}\\`,
  (text) => `%${text}`,
  (text) => text.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
  (text) => text.replace(/[aeiou]/, '$&\u0301'),
  (text) => text.replace(/./, '_'),
  (text) => text.replace('@', '@@'),
  (text) => text.replaceAll('.', '..'),
  (text) => [...text].toReversed().join(''),
];

/** A good text with something wrong in it, or no more than another spelling of it. */
export function twisted(text: string, random: Random): string {
  return random.pick(twists)(text);
}
