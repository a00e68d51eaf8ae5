import { randomUUID } from 'node:crypto';
import type { KeyRing } from './key-ring.js';
import type { TokenDemands } from './token-demands.js';

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
export interface SignedTokenOptions extends TokenDemands {
  readonly keys: KeyRing;
  readonly lifetimeSeconds: number;
}

/** A JWT (RFC 7519). */
export function signToken(claims: TokenClaims, options: SignedTokenOptions): string {
  const { fingerprint: fpt, sessionId: sid, subject: sub } = claims;
  const { keys, audience: aud, issuer: iss, lifetimeSeconds } = options;
  const iat = Math.floor(Date.now() / 1000);
  return keys.sign({
    fpt,
    ...(sid !== undefined && { sid }),
    iat,
    exp: iat + lifetimeSeconds,
    aud,
    ...(iss !== undefined && { iss }),
    sub,
    jti: randomUUID(),
  });
}

/** The claims of a token of this kind; `undefined` for anything else. */
export function verifyToken(
  token: unknown,
  { keys, ...demands }: SignedTokenOptions,
): TokenClaims | undefined {
  return readClaims(keys.verify(token, demands));
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
