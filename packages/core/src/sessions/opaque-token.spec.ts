import { expect, it } from 'vitest';
import {
  digestOf,
  isOpaqueToken,
  isSessionId,
  newOpaqueToken,
  newSessionId,
} from './opaque-token.js';

it('OT-01: ten thousand tokens have nothing in common', () => {
  const tokens = Array.from({ length: 10_000 }, () => newOpaqueToken());
  expect(new Set(tokens).size).toBe(tokens.length);
  expect(tokens.every((token) => isOpaqueToken(token))).toBe(true);
  // No time and no counter in front: of neighbours, few share even their first letters.
  const sorted = tokens.toSorted();
  const common = sorted.slice(1).map((token, index) => {
    let length = 0;
    while (token[length] === sorted[index]?.[length]) length++;
    return length;
  });
  expect(Math.max(...common)).toBeLessThan(8);
  const starts = new Set(tokens.map((token) => token.slice(0, 3)));
  expect(starts.size).toBeGreaterThan(9000);
  const letters = new Set(tokens.join(''));
  expect(letters.size).toBe(64);
});

it('OT-01: the name of a session is neither its token nor made of it', () => {
  const [token, id] = [newOpaqueToken(), newSessionId()];
  expect(isSessionId(id)).toBe(true);
  expect(isSessionId(token)).toBe(false);
  expect(isOpaqueToken(id)).toBe(false);
  expect(digestOf(token)).toMatch(/^[\da-f]{64}$/);
});

it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}+`, `${'A'.repeat(43)}\n`, 5, null])(
  'OT-09: %j is no token',
  (text) => expect(isOpaqueToken(text)).toBe(false),
);
