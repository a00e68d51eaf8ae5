import { isSessionId } from '../../sessions/opaque-token.js';
import { Rotation, type RotationResult } from '../../sessions/rotation.js';
import type { StoredSessions } from '../../sessions/stored-sessions.js';
import type { StoredToken } from '../../sessions/token-store.js';
import {
  type RefreshClaims,
  signRefreshToken,
  verifyRefreshToken,
} from '../../tokens/refresh-token.js';
import type { KeyRing } from '../../tokens/key-ring.js';
import { waitingTime } from '../../tokens/seconds.js';
import type { IssuedRefreshToken } from './token-strategy.js';

const DAY = 24 * 3600;

/** Options of the refresh tokens of a `JwtTokenStrategy`. @publicApi */
export interface JwtRefreshOptions {
  /** After so many seconds there has to be another login, however often was refreshed. Default 30 days. */
  lifetimeSeconds?: number;
  /** After so many seconds without a request or a refresh the session ends. Default 7 days. */
  idleSeconds?: number;
  /**
   * So many seconds a refresh token that was just used gives the same successor again: for clients that
   * refresh in several places at once, or whose answer was lost. Default 10; with 0, the second use ends
   * the session.
   */
  graceSeconds?: number;
}

/** {@link JwtRefreshOptions} with defaults, checked. */
export function refreshRules({ lifetimeSeconds = 30 * DAY, ...rest }: JwtRefreshOptions) {
  const { idleSeconds = Math.min(7 * DAY, lifetimeSeconds), graceSeconds = 10 } = rest;
  return {
    lifetimeSeconds,
    idleSeconds,
    graceSeconds: waitingTime('JwtTokenStrategy: refresh.graceSeconds', graceSeconds),
  };
}

/** The refresh tokens of a strategy: signed with its keys, for a door of their own. */
export class JwtRefresh {
  readonly #rotation: Rotation;

  constructor(
    private readonly keys: KeyRing,
    private readonly issuer: string | undefined,
    sessions: StoredSessions,
    graceSeconds: number,
  ) {
    this.#rotation = new Rotation(sessions, graceSeconds * 1000);
  }

  /** The one good refresh token of a session. */
  tokenOf(session: StoredToken, sessionId: string): IssuedRefreshToken {
    const { subject, fingerprint, backend, generation, rotatedAt, createdAt, endsAt } = session;
    const claims = { subject, fingerprint, sessionId, generation };
    const times = { issuedAt: rotatedAt ?? createdAt, endsAt };
    return {
      token: signRefreshToken(claims, times, this.keys, this.#demands(backend)),
      expiresInSeconds: Math.max(1, Math.floor((endsAt.getTime() - Date.now()) / 1000)),
    };
  }

  read(token: string, backend: string): RefreshClaims | null {
    const claims = verifyRefreshToken(token, this.keys, this.#demands(backend));
    return claims && isSessionId(claims.sessionId) ? claims : null;
  }

  rotate({ sessionId, generation }: RefreshClaims, backend: string): Promise<RotationResult> {
    return this.#rotation.rotate(sessionId, backend, generation);
  }

  /** Another audience than that of access tokens: neither passes the other's door. */
  #demands(backend: string) {
    return { audience: `nestjs-users:refresh:${backend}`, issuer: this.issuer };
  }
}
