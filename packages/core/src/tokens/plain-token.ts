/** What the header of a token says, as far as anybody listens to it. */
export interface TokenHeader {
  readonly algorithm: string;
  /** Name of the key (`kid`); never a place to look for one. */
  readonly keyId?: string;
}

/** Longer texts are no tokens of ours, and not worth a look. */
const MAX_TOKEN_LENGTH = 4096;

/**
 * The header of a text that has the form of our tokens: three parts, of which the second is an object
 * (libraries throw at anything else) and the first a header that asks for nothing that we do not do: an
 * extension that must be understood (`crit`, RFC 7515, 4.1.11), encryption, compression or another
 * content type. Keys and places that a header offers (`jwk`, `jku`, `x5u`) are never looked at.
 */
export function plainHeader(token: unknown): TokenHeader | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const [header = '', payload = ''] = parts;
  return parseObject(payload) && headerOf(header);
}

/** Headers that were read already: all tokens of a key have the same. */
const known = new Map<string, TokenHeader>();

/** So many at most; those that strangers invent are then read each time. */
const MAX_KNOWN = 64;

function headerOf(part: string): TokenHeader | undefined {
  const before = known.get(part);
  if (before) return before;
  const header = readHeader(part);
  if (header && known.size < MAX_KNOWN) known.set(part, header);
  return header;
}

function readHeader(part: string): TokenHeader | undefined {
  const header = parseObject(part);
  if (typeof header?.['alg'] !== 'string') return undefined;
  if (header['typ'] !== undefined && header['typ'] !== 'JWT') return undefined;
  if (['crit', 'b64', 'enc', 'zip', 'cty'].some((name) => name in header)) return undefined;
  const { alg: algorithm, kid } = header;
  return { algorithm, ...(typeof kid === 'string' && { keyId: kid }) };
}

/** What a part of a token says; `undefined` if that is no object. */
export function parseObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
