import { canonicalEmail, canonicalPart } from './email.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserListQuery } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { InvalidUserDataError } from './users.errors.js';

/** Which page of users. @publicApi */
export interface UserPageQuery {
  /** Users on the page, 1 to 100. Default 20. */
  limit?: number;
  /** `nextCursor` of the page before; the first page if absent. */
  cursor?: string;
  /** Only the user with this address, in whatever spelling. */
  email?: string;
  /**
   * Only users whose address contains this text: 1 to 254 characters, ASCII letters in either case.
   * Domains are searched as they are transmitted (`xn--…`).
   */
  search?: string;
  isActive?: boolean;
  isSuperuser?: boolean;
  isVerified?: boolean;
}

/** A page of users. @publicApi */
export interface UserPage<U extends BaseUser = BaseUser> {
  items: U[];
  /** What to ask the next page with; `null` on the last one. */
  nextCursor: string | null;
}

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
const MAX_SEARCH = 254;

/** Reads one page by key: as fast for the last page as for the first, and stable while rows come and go. */
export async function listPage<U extends BaseUser>(
  adapter: UserAdapter<U>,
  query: UserPageQuery,
): Promise<UserPage<U>> {
  const { limit = DEFAULT_LIMIT, cursor, email, search } = query;
  const { isActive, isSuperuser, isVerified } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid('limit', `limit must be a whole number from 1 to ${MAX_LIMIT}`);
  }
  const after = cursor === undefined ? undefined : readCursor(adapter, cursor);
  const where = definedOnly({
    canonicalEmail: filterEmail(email),
    isActive,
    isSuperuser,
    isVerified,
  });
  const rows = await adapter.list({
    limit: limit + 1,
    where,
    ...(after !== undefined && { after }),
    ...(search !== undefined && { search: searchText(search) }),
  } as UserListQuery<U>);

  const items = rows.slice(0, limit).map(hideSecrets);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}

/** Opaque to clients, so that what it is made of may change. */
function writeCursor(user: BaseUser): string {
  return Buffer.from(String(user.id)).toString('base64url');
}

function readCursor<U extends BaseUser>(adapter: UserAdapter<U>, cursor: string): U['id'] {
  const id = adapter.parseId(Buffer.from(cursor, 'base64url').toString());
  if (id === undefined) throw invalid('cursor', 'cursor must be the nextCursor of another page');
  return id;
}

function filterEmail(email: string | undefined): string | undefined {
  if (email === undefined) return undefined;
  const canonical = canonicalEmail(email);
  if (canonical === undefined) throw invalid('email', 'email must be one plain e-mail address');
  return canonical;
}

function searchText(text: string): string {
  if (text.length > 0 && text.length <= MAX_SEARCH && text.isWellFormed())
    return canonicalPart(text);
  throw invalid('search', `search must be a text of 1 to ${MAX_SEARCH} characters`);
}

function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function invalid(field: string, message: string): InvalidUserDataError {
  return new InvalidUserDataError([{ field, messages: [message] }]);
}
