import type { StoredToken } from './token-store.js';

/** A session as its owner sees it. @publicApi */
export type Session = Readonly<
  Omit<StoredToken, 'digest' | 'fingerprint' | 'subject' | 'endsAt' | 'generation' | 'rotatedAt'>
>;

/** What of a stored session may be shown. */
export function sessionOf(token: StoredToken): Session {
  const { id, backend, createdAt, lastUsedAt, expiresAt, address, userAgent } = token;
  return { id, backend, createdAt, lastUsedAt, expiresAt, address, userAgent };
}
