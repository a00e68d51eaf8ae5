import jwt from 'jsonwebtoken';
import type { KeyObject } from 'node:crypto';
import { isPlainToken, readClaims, type TokenClaims, verifyOptions } from './signed-token.js';

/** What a refresh token says. @publicApi */
export interface RefreshClaims extends TokenClaims {
  readonly sessionId: string;
  /** How many of the session's refresh tokens came before it. */
  readonly generation: number;
}

/** How the refresh tokens of a backend are signed. */
export interface RefreshTokenOptions {
  readonly key: KeyObject;
  readonly audience: string;
}

/** When it was made, and when it ends at the latest. */
export interface RefreshTokenTimes {
  readonly issuedAt: Date;
  readonly endsAt: Date;
}

/** A JWT without anything random: the successor of a token is one text, whoever makes it. */
export function signRefreshToken(
  { subject, fingerprint, sessionId, generation }: RefreshClaims,
  { issuedAt, endsAt }: RefreshTokenTimes,
  { key, audience }: RefreshTokenOptions,
): string {
  const claims = {
    fpt: fingerprint,
    sid: sessionId,
    gen: generation,
    iat: seconds(issuedAt),
    exp: seconds(endsAt),
  };
  return jwt.sign(claims, key, { algorithm: 'HS256', subject, audience });
}

/** The claims of a refresh token of this kind; `undefined` for anything else. */
export function verifyRefreshToken(
  token: unknown,
  { key, audience }: RefreshTokenOptions,
): RefreshClaims | undefined {
  if (typeof token !== 'string' || !isPlainToken(token)) return undefined;
  try {
    const payload = jwt.verify(token, key, verifyOptions(audience)) as Record<string, unknown>;
    const claims = readClaims(payload);
    const { gen } = payload;
    if (!claims?.sessionId || !Number.isSafeInteger(gen)) return undefined;
    return { ...claims, sessionId: claims.sessionId, generation: gen as number };
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) return undefined;
    throw error;
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
