import { expect, it } from 'vitest';
import { isPattern } from './is-pattern.js';

it.each([
  ['a run of digits', '12345678'],
  ['a run backwards', '987654321'],
  ['a run past zero', '67890123'],
  ['a run of letters', 'cdefghijk'],
  ['the alphabet', 'abcdefghijklmnopqrstuvwxyz'],
  ['the alphabet backwards', 'zyxwvutsrqponmlkjihgfedcba'],
  ['one letter', 'aaaaaaaa'],
  ['one digit', '0000000000'],
  ['one sign', '********'],
  ['a group', 'abcabcabc'],
  ['a group, cut off', '12312312'],
  ['a word twice', 'adminadmin'],
])('PW-09: %s is a pattern', (_what, text) => {
  expect(isPattern(text)).toBe(true);
});

it.each([
  ['a word and a run', 'horse12345'],
  ['two patterns', 'aaaabbbb'],
  ['a word', 'horseman'],
  ['a group and something else', 'abcabcabd'],
  ['PW-01: emoji', '🐎'.repeat(8)],
  ['PW-06: blanks', ' '.repeat(8)],
  ['PW-02: what is long', 'a'.repeat(17)],
])('%s is none', (_what, text) => {
  expect(isPattern(text)).toBe(false);
});
