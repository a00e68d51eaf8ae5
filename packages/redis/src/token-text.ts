import type { StoredToken } from '@nestjs-users/core';

/** Reads a part of a session; `undefined` if it is none. */
type Reader<T> = (value: unknown) => T | undefined;

const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);

const count: Reader<number> = (value) =>
  Number.isSafeInteger(value) ? (value as number) : undefined;

const time: Reader<Date> = (value) => {
  const date = new Date(text(value) ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
};

const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null ? null : read(value);

const READERS: { readonly [Name in keyof StoredToken]: Reader<StoredToken[Name]> } = {
  id: text,
  digest: text,
  subject: text,
  fingerprint: text,
  backend: text,
  createdAt: time,
  lastUsedAt: time,
  expiresAt: time,
  endsAt: time,
  generation: count,
  rotatedAt: orNull(time),
  address: orNull(text),
  userAgent: orNull(text),
};

/** A session as the text that Redis keeps: JSON. */
export function textOf(token: StoredToken): string {
  return JSON.stringify(token, Object.keys(READERS));
}

/** The session that a text is; `null` if it is none. Somebody may have written it by hand. */
export function tokenOf(json: string): StoredToken | null {
  const values = parse(json) as Record<string, unknown> | null | undefined;
  const parts = Object.entries(READERS).map(
    ([name, read]) => [name, read(values?.[name])] as const,
  );
  if (parts.some(([, part]) => part === undefined)) return null;
  return Object.fromEntries(parts) as unknown as StoredToken;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
