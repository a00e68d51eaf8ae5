import jwt from 'jsonwebtoken';
import { type KeyObject, randomUUID } from 'node:crypto';

/** What every signed token of the library says; nothing personal beyond the id. @publicApi */
export interface TokenClaims {
  /** The user's id, as text. */
  readonly subject: string;
  /** Digest of what must not have changed since the token was made: see {@link fingerprint}. */
  readonly fingerprint: string;
  /** The session that the token belongs to, where it is stored. */
  readonly sessionId?: string;
}

/** A token from a clock that is so far ahead is still believed, in seconds. */
const CLOCK_TOLERANCE = 5;

/** How tokens of one kind are signed and checked. */
export interface SignedTokenOptions {
  readonly key: KeyObject;
  /** The kind of token and the door it opens; no token passes another one's. */
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

/** A JWT (RFC 7519) signed with HS256. */
export function signToken(claims: TokenClaims, options: SignedTokenOptions): string {
  const { fingerprint: fpt, sessionId: sid } = claims;
  return jwt.sign({ fpt, ...(sid !== undefined && { sid }) }, options.key, {
    algorithm: 'HS256',
    subject: claims.subject,
    audience: options.audience,
    expiresIn: options.lifetimeSeconds,
    jwtid: randomUUID(),
  });
}

/** The claims of a token of this kind; `undefined` for anything else. */
export function verifyToken(token: unknown, options: SignedTokenOptions): TokenClaims | undefined {
  if (typeof token !== 'string' || !isPlainToken(token)) return undefined;
  try {
    return readClaims(jwt.verify(token, options.key, verifyOptions(options.audience)));
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) return undefined;
    throw error;
  }
}

/** One algorithm, one audience, no leeway for the expiry (RFC 8725, 3.1 and 3.9). */
export function verifyOptions(audience: string) {
  return { algorithms: ['HS256'] satisfies jwt.Algorithm[], audience, ignoreExpiration: false };
}

/** Longer texts are no tokens of ours, and not worth a look. */
const MAX_TOKEN_LENGTH = 4096;

/**
 * Whether a text has the form of our tokens: three parts, of which the second is an object (libraries
 * throw at anything else) and the first a header that asks for nothing that we do not do: an
 * extension that must be understood (`crit`, RFC 7515, 4.1.11), encryption, compression or another
 * content type. Keys and places that a header offers (`jwk`, `jku`, `x5u`, `kid`) are never looked at.
 */
export function isPlainToken(token: string): boolean {
  const parts = token.split('.');
  if (token.length > MAX_TOKEN_LENGTH || parts.length !== 3) return false;
  const [header, payload] = parts.slice(0, 2).map(parseObject);
  if (!header || !payload || header['alg'] !== 'HS256') return false;
  if (header['typ'] !== undefined && header['typ'] !== 'JWT') return false;
  return !['crit', 'b64', 'enc', 'zip', 'cty'].some((name) => name in header);
}

/** The claims of a payload whose signature, audience and expiry are checked already. */
export function readClaims(payload: unknown): TokenClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { sub, fpt, exp, iat, sid } = payload as Record<string, unknown>;
  if (typeof sub !== 'string' || typeof fpt !== 'string') return undefined;
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) return undefined;
  if ((iat as number) > Date.now() / 1000 + CLOCK_TOLERANCE) return undefined;
  return { subject: sub, fingerprint: fpt, ...(typeof sid === 'string' && { sessionId: sid }) };
}

/** What a part of a token says; `undefined` if that is no object. */
function parseObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
