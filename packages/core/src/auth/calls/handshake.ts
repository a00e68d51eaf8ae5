import type { OriginalRequest } from '../../events/users.events.js';

/** A request that became a socket, as Node has it. */
type Incoming = Pick<OriginalRequest, 'headers'> &
  Partial<OriginalRequest> & { readonly socket?: { readonly remoteAddress?: string } };

/**
 * The request that opened a socket, as a backend reads it. Its method is none that changes nothing: any
 * site's page can open a socket to here, with the user's cookies, and then do what it likes. So cookies
 * count only if the handshake says that a page of ours sent it.
 *
 * @param authorization - what the client said in place of the header, which pages cannot set
 */
export function handshakeOf(incoming: Incoming, authorization?: unknown): OriginalRequest {
  const { headers, url = '/', ip = incoming.socket?.remoteAddress } = incoming;
  const own = {
    ...(isFromSameHost(headers) && { 'sec-fetch-site': 'same-origin' }),
    ...(typeof authorization === 'string' && { authorization }),
  };
  return { method: 'CONNECT', url, headers: { ...headers, ...own }, ip };
}

/** Browsers that keep `Sec-Fetch-Site` out of a handshake say by `Origin` which page opens it. */
function isFromSameHost({ origin, host, 'sec-fetch-site': site }: Incoming['headers']): boolean {
  if (site !== undefined || typeof origin !== 'string' || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}
