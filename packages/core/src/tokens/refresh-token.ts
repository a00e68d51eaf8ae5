import type { KeyRing } from './key-ring.js';
import { readClaims, type TokenClaims } from './signed-token.js';
import type { TokenDemands } from './token-demands.js';

/** What a refresh token says. @publicApi */
export interface RefreshClaims extends TokenClaims {
  readonly sessionId: string;
  /** How many of the session's refresh tokens came before it. */
  readonly generation: number;
}

/** When it was made, and when it ends at the latest. */
export interface RefreshTokenTimes {
  readonly issuedAt: Date;
  readonly endsAt: Date;
}

/**
 * A JWT without anything random: the successor of a token says the same, whoever makes it. (It is the
 * same text, too, but for ES256, whose signatures have a random part.)
 */
export function signRefreshToken(
  { subject, fingerprint, sessionId, generation }: RefreshClaims,
  { issuedAt, endsAt }: RefreshTokenTimes,
  keys: KeyRing,
  { audience, issuer }: TokenDemands,
): string {
  return keys.sign({
    fpt: fingerprint,
    sid: sessionId,
    gen: generation,
    iat: seconds(issuedAt),
    exp: seconds(endsAt),
    aud: audience,
    ...(issuer !== undefined && { iss: issuer }),
    sub: subject,
  });
}

/** The claims of a refresh token of this kind; `undefined` for anything else. */
export function verifyRefreshToken(
  token: unknown,
  keys: KeyRing,
  demands: TokenDemands,
): RefreshClaims | undefined {
  const payload = keys.verify(token, demands);
  const claims = readClaims(payload);
  const generation = payload?.['gen'];
  if (!claims?.sessionId || !Number.isSafeInteger(generation)) return undefined;
  return { ...claims, sessionId: claims.sessionId, generation: generation as number };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
