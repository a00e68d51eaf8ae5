import type { UserPageQuery } from '../users/user-list.js';
import { InvalidUserDataError } from '../users/users.errors.js';

/**
 * Reads the query of the list. A known key must stand there once, and be of its form; unknown keys
 * are ignored.
 *
 * @throws InvalidUserDataError
 */
export function readPageQuery(query: Readonly<Record<string, unknown>>): UserPageQuery {
  const page: Record<string, unknown> = {};
  for (const [key, read] of Object.entries(READERS)) {
    const text = query[key];
    if (text === undefined) continue;
    const value = typeof text === 'string' ? read(text) : undefined;
    if (value === undefined) throw refuse(key);
    page[key] = value;
  }
  return page;
}

const READERS: Readonly<Record<keyof UserPageQuery, (text: string) => unknown>> = {
  limit: (text) => (/^[1-9]\d{0,2}$/.test(text) ? Number(text) : undefined),
  cursor: (text) => (/^[\w-]{1,512}$/.test(text) ? text : undefined),
  email: (text) => text,
  search: (text) => text,
  isActive: readBoolean,
  isSuperuser: readBoolean,
  isVerified: readBoolean,
};

function readBoolean(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function refuse(field: string): InvalidUserDataError {
  return new InvalidUserDataError([{ field, messages: [`${field} is not of the right form`] }]);
}
