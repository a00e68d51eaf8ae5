import type { OriginalRequest } from '../events/users.events.js';
import type { StoredToken } from './token-store.js';

const MAX_ADDRESS = 64;
const MAX_USER_AGENT = 255;

/** What a session remembers of the client that opened it, for its owner to recognise. */
export function clientOf(
  request: OriginalRequest | undefined,
): Pick<StoredToken, 'address' | 'userAgent'> {
  const userAgent = request?.headers['user-agent'];
  return {
    address: short(request?.ip, MAX_ADDRESS),
    userAgent: short(typeof userAgent === 'string' ? userAgent : undefined, MAX_USER_AGENT),
  };
}

/** A client writes what it likes: nothing that a database would refuse, or a terminal obey. */
function short(text: string | undefined, maxLength: number): string | null {
  const plain = text?.replaceAll(/\p{C}/gu, '').slice(0, maxLength).toWellFormed();
  return plain ? plain : null;
}
