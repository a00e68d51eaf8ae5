import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines } from './printable.js';

describe('printable (LO-05)', () => {
  it.each([
    ['an escape sequence', '\u001b[2Jx', '\\u001b[2Jx'],
    ['a line end', 'a\r\nroot', 'a\\u000d\\u000aroot'],
    ['a C1 control', '\u009b31m', '\\u009b31m'],
    ['a reversed reading direction', 'a\u202eb', 'a\\u202eb'],
    ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ])('shows %s as what it is', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves letters of every script alone, and emoji', () => {
    expect(printable('Анна 安娜 ünï 🙂')).toBe('Анна 安娜 ünï 🙂');
  });

  it('indents the lines after the first, so that none passes for a message of its own', () => {
    expect(printableLines('one\nnestjs-users: done')).toBe('one\n  nestjs-users: done');
  });

  it('keeps the value of JSON', () => {
    const value = { email: 'a\u009b\u202e\u{e0001}@example.org' };
    const text = printableJson(value);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
