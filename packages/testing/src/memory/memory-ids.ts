import type { UserId } from '@nestjs-users/core';
import { randomUUID } from 'node:crypto';

/** Which primary keys a {@link MemoryUserAdapter} gives. @publicApi */
export type MemoryUserIds = 'uuid' | 'integer';

/** Everything that differs between the kinds of primary keys. */
export interface IdKind {
  /** An id that no row has ever had: who is deleted never lends their id to a stranger. */
  next(): UserId;
  /** The id that the text spells canonically. */
  parse(text: unknown): UserId | undefined;
  /** The order of pages. */
  compare(a: UserId, b: UserId): number;
}

/** Canonical UUIDs only: lower case, with hyphens, without braces. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Positive integers without sign, leading zero or exponent. */
const INTEGER = /^[1-9]\d{0,15}$/;

export function uuidIds(): IdKind {
  return {
    next: () => randomUUID(),
    parse: (text) => (typeof text === 'string' && UUID.test(text) ? text : undefined),
    // By code units: a locale's order could find two different ids equal.
    compare: (a, b) => (a < b ? -1 : Number(a > b)),
  };
}

export function integerIds(): IdKind {
  let last = 0;
  return {
    next: () => ++last,
    parse: (text) => {
      if (typeof text !== 'string' || !INTEGER.test(text)) return undefined;
      const id = Number(text);
      return Number.isSafeInteger(id) ? id : undefined;
    },
    compare: (a, b) => Number(a) - Number(b),
  };
}
