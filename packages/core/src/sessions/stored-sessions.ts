import { Logger } from '@nestjs/common';
import { clientOf } from '../events/client-of.js';
import type { OriginalRequest } from '../events/users.events.js';
import { RareWarnings } from '../logging/rare-warnings.js';
import { lifetime } from '../tokens/seconds.js';
import type { TokenClaims } from '../tokens/signed-token.js';
import { ExpiredSessions } from './expired-sessions.js';
import { digestOf } from './opaque-token.js';
import { type FoundSession, type StoredToken, TokenStore, type TokenUse } from './token-store.js';

/** Whose session it is, and how it began. */
export interface NewSession {
  readonly id: string;
  /** What the client will show; kept as a digest. */
  readonly secret: string;
  readonly claims: TokenClaims;
  readonly backend: string;
  readonly request?: OriginalRequest | undefined;
}

/** How long sessions live, and how many. */
export interface SessionRules {
  readonly store: TokenStore;
  readonly lifetimeSeconds: number;
  readonly idleSeconds: number;
  /** At most so many of a user at one backend; the one that began first goes. Default: no limit. */
  readonly maxSessions?: number | undefined;
}

/** A use is written down at most so often: reading a session must not mean writing one. */
const MAX_TOUCH_SECONDS = 60;

/** Opens, finds and closes the sessions of a strategy in their store. */
export class StoredSessions {
  readonly store: TokenStore;
  readonly #lifetimeMs: number;
  readonly #idleMs: number;
  readonly #touchMs: number;
  readonly #maxSessions: number | undefined;
  readonly #touching = new Set<string>();
  readonly #warnings = new RareWarnings(new Logger('TokenStore'), 60);
  readonly #expired: ExpiredSessions;

  /** @throws TypeError for a missing store, a bad lifetime or a limit below 1 */
  constructor(owner: string, { store, lifetimeSeconds, idleSeconds, maxSessions }: SessionRules) {
    if (!(store instanceof TokenStore)) {
      throw new TypeError(
        `${owner} needs a TokenStore. Import UsersTypeOrmModule.forSessions() beside your adapter, ` +
          'write `inject: [TokenStore]`, and pass it on as `store`.',
      );
    }
    if (maxSessions !== undefined && !(Number.isSafeInteger(maxSessions) && maxSessions > 0)) {
      throw new TypeError(
        `${owner}: maxSessions must be a whole number from 1, not ${maxSessions}.`,
      );
    }
    this.store = store;
    this.#lifetimeMs = lifetime(`${owner}: lifetimeSeconds`, lifetimeSeconds) * 1000;
    this.#idleMs = lifetime(`${owner}: idleSeconds`, idleSeconds) * 1000;
    this.#touchMs = Math.min(MAX_TOUCH_SECONDS * 1000, this.#idleMs / 4);
    this.#maxSessions = maxSessions;
    this.#expired = new ExpiredSessions(store, (error) =>
      this.#warn('Expired sessions could not be deleted', error),
    );
  }

  async open({ id, secret, claims, backend, request }: NewSession): Promise<StoredToken> {
    const now = Date.now();
    const endsAt = now + this.#lifetimeMs;
    const token: StoredToken = {
      id,
      digest: digestOf(secret),
      subject: claims.subject,
      fingerprint: claims.fingerprint,
      backend,
      createdAt: new Date(now),
      lastUsedAt: new Date(now),
      expiresAt: new Date(Math.min(now + this.#idleMs, endsAt)),
      endsAt: new Date(endsAt),
      generation: 0,
      rotatedAt: null,
      ...clientOf(request),
    };
    await this.store.insert(token);
    if (this.#maxSessions !== undefined) await this.#endOldest(token, this.#maxSessions);
    this.#expired.deleteByTheWay();
    return token;
  }

  /** The living session of this backend that a client's secret belongs to; its use is written down. */
  async find(secret: string, backend: string): Promise<FoundSession | null> {
    const [digest, now] = [digestOf(secret), Date.now()];
    const found = await this.store.findWithUser(digest, new Date(now));
    if (!found || !isGood(found.session, { digest, backend, now })) return null;
    await this.#touch(found.session, now);
    return found;
  }

  /** The session alone, and nothing is written. */
  async look(secret: string, backend: string): Promise<StoredToken | null> {
    const [digest, now] = [digestOf(secret), Date.now()];
    const token = await this.store.find(digest, new Date(now));
    return token && isGood(token, { digest, backend, now }) ? token : null;
  }

  /** Ends the session of this backend that a client's secret belongs to; whether there was one. */
  async close(secret: string, backend: string): Promise<boolean> {
    const token = await this.store.find(digestOf(secret), new Date());
    return token?.backend === backend && this.end(token);
  }

  /** Whether it was there: of several who end it, one hears yes. */
  async end({ subject, id }: StoredToken): Promise<boolean> {
    return (await this.store.delete(subject, [id])) > 0;
  }

  /** Writes a use down; the session as it is then, or `null` if somebody else has written meanwhile. */
  async use(
    token: StoredToken,
    now: number,
    more: Pick<TokenUse, 'generation' | 'rotatedAt'> = {},
  ): Promise<StoredToken | null> {
    const expiresAt = new Date(Math.min(now + this.#idleMs, token.endsAt.getTime()));
    const use: TokenUse = { lastUsedAt: new Date(now), expiresAt, ...more };
    return (await this.store.touch(token, use)) ? { ...token, ...use } : null;
  }

  /** Never fails the request: whoever has come this far has a good session. */
  async #touch(token: StoredToken, now: number): Promise<void> {
    const isRecent = now - token.lastUsedAt.getTime() < this.#touchMs;
    if (isRecent || this.#touching.has(token.digest)) return;
    this.#touching.add(token.digest);
    try {
      await this.use(token, now);
    } catch (error) {
      this.#warn('The use of a session could not be written down', error);
    } finally {
      this.#touching.delete(token.digest);
    }
  }

  async #endOldest({ subject, backend, createdAt }: StoredToken, max: number): Promise<void> {
    const sessions = await this.store.list(subject, createdAt);
    const oldest = sessions
      .filter((token) => token.backend === backend)
      .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1))
      .slice(max);
    if (oldest.length > 0) {
      await this.store.delete(
        subject,
        oldest.map(({ id }) => id),
      );
    }
  }

  #warn(what: string, error: unknown): void {
    this.#warnings.warn(`${what}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Whatever the store thinks of it. */
function isGood(
  token: StoredToken,
  { digest, backend, now }: { digest: string; backend: string; now: number },
): boolean {
  const isOurs = token.digest === digest && token.backend === backend;
  return isOurs && token.expiresAt.getTime() > now && token.endsAt.getTime() > now;
}
