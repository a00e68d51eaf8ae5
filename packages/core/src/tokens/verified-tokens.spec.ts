import { afterEach, describe, expect, it, vi } from 'vitest';
import { VerifiedTokens } from './verified-tokens.js';

const NOW = Date.parse('2026-06-01T12:00:00.900Z');
const now = Math.floor(NOW / 1000);
const at = (milliseconds: number) => vi.useFakeTimers({ now: milliseconds, toFake: ['Date'] });

describe('VerifiedTokens', () => {
  afterEach(() => vi.useRealTimers());

  it('know a token again, and no other', () => {
    at(NOW);
    const tokens = new VerifiedTokens();
    const payload = { sub: '1', exp: now + 60 };
    expect(tokens.find('a.b.c')).toBeUndefined();
    tokens.add('a.b.c', payload);
    expect(tokens.find('a.b.c')).toBe(payload);
    for (const other of ['a.b.C', 'a.b.c=', 'a.b.', 'a.b.c ', '']) {
      expect(tokens.find(other)).toBeUndefined();
    }
  });

  it('TK-05: forget it in the second in which it expires', () => {
    at(NOW);
    const tokens = new VerifiedTokens();
    tokens.add('a.b.c', { exp: now + 2 });
    at((now + 2) * 1000 - 1);
    expect(tokens.find('a.b.c')).toBeDefined();
    at((now + 2) * 1000);
    expect(tokens.find('a.b.c')).toBeUndefined();
    at(NOW);
    expect(tokens.find('a.b.c')).toBeUndefined();
  });

  it.each([
    { exp: now },
    { exp: now - 1 },
    { exp: 'soon' },
    {},
    { exp: now + 60, nbf: now },
    { exp: Number.NaN },
  ])('do not keep %j', (payload) => {
    at(NOW);
    const tokens = new VerifiedTokens();
    tokens.add('a.b.c', payload);
    expect(tokens.find('a.b.c')).toBeUndefined();
  });

  it('keep so many, and drop the one that came first', () => {
    at(NOW);
    const tokens = new VerifiedTokens(2);
    for (const token of ['1', '2', '3']) tokens.add(token, { exp: now + 60 });
    expect(['1', '2', '3'].map((token) => tokens.find(token) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
