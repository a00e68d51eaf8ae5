import { isOpaqueToken, newOpaqueToken, newSessionId } from '../../sessions/opaque-token.js';
import { StoredSessions } from '../../sessions/stored-sessions.js';
import type { TokenStore } from '../../sessions/token-store.js';
import type { TokenClaims } from '../../tokens/signed-token.js';
import {
  type FoundClaims,
  type IssuedToken,
  type TokenBinding,
  type TokenIssue,
  TokenStrategy,
} from './token-strategy.js';

const DAY = 24 * 3600;

/** Options of {@link StoredTokenStrategy}. @publicApi */
export interface StoredTokenStrategyOptions {
  /** Where the sessions are stored: inject `TokenStore`. */
  store: TokenStore;
  /** After so many seconds a session ends, however much it is used. Default 30 days. */
  lifetimeSeconds?: number;
  /** After so many seconds without a request a session ends. Default 7 days. */
  idleSeconds?: number;
  /** At most so many sessions of a user at the backend; the one that began first goes. Default: no limit. */
  maxSessions?: number;
}

/**
 * Tokens without a meaning, which stand for a session in a store: each can be listed and ended by
 * itself, and a logout is the end of it. 256 random bits, of which the store keeps the SHA-256.
 *
 * @example
 * UsersModule.forRootAsync<User>({
 *   imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forSessions()],
 *   inject: [TokenStore],
 *   useFactory: (store: TokenStore) => ({
 *     backends: [
 *       new AuthBackend({
 *         name: 'session',
 *         transport: new CookieTransport(),
 *         strategy: new StoredTokenStrategy({ store }),
 *       }),
 *     ],
 *     …
 *   }),
 * })
 * @publicApi
 */
export class StoredTokenStrategy extends TokenStrategy {
  readonly #sessions: StoredSessions;
  readonly #lifetimeSeconds: number;

  /** @throws TypeError for a missing store, a bad lifetime or a limit below 1 */
  constructor(options: StoredTokenStrategyOptions) {
    super();
    const { lifetimeSeconds = 30 * DAY, idleSeconds = Math.min(7 * DAY, lifetimeSeconds) } =
      options;
    const { store, maxSessions } = options;
    const rules = { store, lifetimeSeconds, idleSeconds, maxSessions };
    this.#sessions = new StoredSessions('StoredTokenStrategy', rules);
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  override get store(): TokenStore {
    return this.#sessions.store;
  }

  async write(claims: TokenClaims, { backend, request }: TokenIssue): Promise<IssuedToken> {
    const [token, id] = [newOpaqueToken(), newSessionId()];
    await this.#sessions.open({ id, secret: token, claims, backend, request });
    return { token, expiresInSeconds: this.#lifetimeSeconds };
  }

  async read(token: string, { backend }: TokenBinding): Promise<FoundClaims | null> {
    // Without any I/O for what cannot be one.
    if (!isOpaqueToken(token)) return null;
    const found = await this.#sessions.find(token, backend);
    if (!found) return null;
    const { subject, fingerprint, id } = found.session;
    return { subject, fingerprint, sessionId: id, user: found.user };
  }

  async destroy(token: string, { backend }: TokenBinding): Promise<boolean> {
    return isOpaqueToken(token) && this.#sessions.close(token, backend);
  }
}
