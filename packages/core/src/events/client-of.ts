import type { OriginalRequest } from './users.events.js';

/** What is known of who sent a request, for people to recognise. @publicApi */
export interface Client {
  /**
   * The platform's `request.ip`; mind "trust proxy". At most 64 characters. IPv4 is written as IPv4, also
   * where a socket for both writes `::ffff:192.0.2.1`.
   */
  readonly address: string | null;
  /** What the client called itself, without control characters: at most 255 of them, and any text at all. */
  readonly userAgent: string | null;
}

const MAX_ADDRESS = 64;
const MAX_USER_AGENT = 255;
/** Before an IPv4 address: RFC 4291, 2.5.5.2. */
const MAPPED = /^::ffff:(?=[\d.]+$)/i;

/** The client behind a request; nothing is known of one that there is not. */
export function clientOf(request: OriginalRequest | undefined): Client {
  const userAgent = request?.headers['user-agent'];
  return {
    address: short(request?.ip?.replace(MAPPED, ''), MAX_ADDRESS),
    userAgent: short(typeof userAgent === 'string' ? userAgent : undefined, MAX_USER_AGENT),
  };
}

/** A client writes what it likes: nothing that a database would refuse, or a terminal obey. */
function short(text: string | undefined, maxLength: number): string | null {
  const plain = text?.replaceAll(/\p{C}/gu, '').slice(0, maxLength).toWellFormed();
  return plain ? plain : null;
}
