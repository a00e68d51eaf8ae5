import { isSessionId, newSessionId } from '../../sessions/opaque-token.js';
import { StoredSessions } from '../../sessions/stored-sessions.js';
import type { StoredToken, TokenStore } from '../../sessions/token-store.js';
import { accessAudience } from '../../tokens/access-audience.js';
import { type PublicJwk, publicJwks } from '../../tokens/jwk.js';
import { assertSigns, type JwtKey, tokenKeys } from '../../tokens/jwt-keys.js';
import { KeyRing } from '../../tokens/key-ring.js';
import { secretKey } from '../../tokens/secret.js';
import { lifetime } from '../../tokens/seconds.js';
import {
  readClaims,
  type SignedTokenOptions,
  signToken,
  type TokenClaims,
  verifyToken,
} from '../../tokens/signed-token.js';
import { sharedKey, type TokenKey } from '../../tokens/token-key.js';
import type { PassportLike } from '../passport-runner.js';
import { jwtPassportStrategy } from './jwt.passport-strategy.js';
import { JwtRefresh, type JwtRefreshOptions, refreshRules } from './jwt-refresh.js';
import {
  type FoundClaims,
  type IssuedToken,
  type RefreshTokens,
  type TokenBinding,
  type TokenIssue,
  type TokenPassportOptions,
  TokenStrategy,
} from './token-strategy.js';

/** Options of {@link JwtTokenStrategy}. @publicApi */
export interface JwtTokenStrategyOptions {
  /** At least 32 random bytes; whoever knows it can be anybody. Either this or {@link keys}. */
  secret?: string;
  /**
   * Keys with names, in place of a secret: the first signs, all of them verify. With key pairs other
   * services can check the tokens without being able to make any: see `UsersVerifierModule`.
   */
  keys?: readonly JwtKey[];
  /**
   * Secrets whose tokens are still good, though new ones are signed with {@link secret} or
   * {@link keys}: move the old secret here, and drop it when the last token made with it has expired.
   * Default: none.
   */
  previousSecrets?: readonly string[];
  /** Who makes the tokens (`iss`), usually a URL; tokens that do not say it are good no more. Default: none. */
  issuer?: string;
  /** How long a token is good for, in seconds. Default 3600; 900 with {@link refresh}. */
  lifetimeSeconds?: number;
  /**
   * Where each token has its session, so that it can be listed, and ended before its time: a logout
   * answers 204 then. Costs one look-up more at each request; tokens that were made without it are good
   * no more. Default: none.
   */
  store?: TokenStore;
  /**
   * Logins also give a refresh token, by which `POST /refresh/{backend}` replaces an access token that
   * has expired. Each is used once; one that is used again later was stolen, and ends the session. Needs
   * {@link store}, and `routes: { refresh: true }` in the module. Default: none.
   */
  refresh?: JwtRefreshOptions;
}

/**
 * JSON Web Tokens, signed with HS256, RS256, ES256 or EdDSA and read by `passport-jwt` (with EdDSA keys,
 * which it does not know, by a strategy of the library's own). All tokens of a user end at once with
 * the security stamp (password change, deactivation, {@link UsersService.revokeCredentials}). Nothing is
 * stored, so that a single token cannot be ended before its time; unless there is a `store`.
 *
 * @example
 * new JwtTokenStrategy({
 *   keys: [{ id: '2026-11', algorithm: 'ES256', privateKey: config.getOrThrow('AUTH_KEY') }],
 * })
 * @publicApi
 */
export class JwtTokenStrategy extends TokenStrategy {
  readonly #keys: KeyRing;
  readonly #issuer: string | undefined;
  readonly #lifetimeSeconds: number;
  readonly #sessions: StoredSessions | undefined;
  readonly #refresh: JwtRefresh | undefined;

  /** @throws TypeError for a missing, weak or well-known secret or key, or a bad lifetime */
  constructor(options: JwtTokenStrategyOptions) {
    super();
    const { store, refresh, lifetimeSeconds = refresh ? 900 : 3600 } = options;
    this.#keys = new KeyRing(keysOf(options));
    this.#issuer = options.issuer;
    this.#lifetimeSeconds = lifetime('JwtTokenStrategy: lifetimeSeconds', lifetimeSeconds);
    if (refresh && !store) {
      throw new TypeError(
        'JwtTokenStrategy: refresh needs a store. Import UsersTypeOrmModule.forSessions() beside your ' +
          'adapter, write `inject: [TokenStore]`, and pass it on as `store`.',
      );
    }
    const rules = refresh ? refreshRules(refresh) : undefined;
    if (store) {
      this.#sessions = new StoredSessions('JwtTokenStrategy', {
        store,
        lifetimeSeconds: rules?.lifetimeSeconds ?? lifetimeSeconds,
        idleSeconds: rules?.idleSeconds ?? lifetimeSeconds,
      });
      if (rules) {
        this.#refresh = new JwtRefresh(
          this.#keys,
          this.#issuer,
          this.#sessions,
          rules.graceSeconds,
        );
      }
    }
  }

  override get refreshTokens(): RefreshTokens | undefined {
    const refresh = this.#refresh;
    if (!refresh) return undefined;
    return {
      read: (token, { backend }) => refresh.read(token, backend),
      exchange: async (claims, { backend }) => {
        const result = await refresh.rotate(claims, backend);
        if (result.kind !== 'rotated') return result;
        const { sessionId } = claims;
        return { kind: 'refreshed', issued: this.#issue(result.session, sessionId) };
      },
    };
  }

  override get publicKeys(): readonly PublicJwk[] {
    return publicJwks(this.#keys.all());
  }

  override get store(): TokenStore | undefined {
    return this.#sessions?.store;
  }

  async write(claims: TokenClaims, { backend, request }: TokenIssue): Promise<IssuedToken> {
    const id = newSessionId();
    // The signature is the secret: whoever knows the id of a session cannot make its token.
    const session = await this.#sessions?.open({ id, secret: id, claims, backend, request });
    if (session) return this.#issue(session, id);
    return this.#accessToken(claims, backend);
  }

  async read(token: string, { backend }: TokenBinding): Promise<FoundClaims | null> {
    return this.#living(this.#claimsOf(token, backend), backend);
  }

  async destroy(token: string, { backend }: TokenBinding): Promise<boolean> {
    const id = this.#claimsOf(token, backend)?.sessionId;
    return isSessionId(id) && this.#sessions !== undefined && this.#sessions.close(id, backend);
  }

  override createPassportStrategy(passport: TokenPassportOptions): PassportLike {
    // jsonwebtoken, which passport-jwt asks, has no EdDSA.
    if (this.#keys.algorithms.includes('EdDSA')) return super.createPassportStrategy(passport);
    const { backend, extract, verify } = passport;
    return jwtPassportStrategy(backend, {
      extract,
      keys: this.#keys,
      demands: this.#options(backend),
      userOf: async (payload) => {
        const claims = await this.#living(readClaims(payload), backend);
        return claims ? verify(claims) : false;
      },
    });
  }

  #accessToken(claims: TokenClaims, backend: string): IssuedToken {
    const token = signToken(claims, this.#options(backend));
    return { token, expiresInSeconds: this.#lifetimeSeconds };
  }

  #issue(session: StoredToken, sessionId: string): IssuedToken {
    const { subject, fingerprint, backend } = session;
    const refresh = this.#refresh?.tokenOf(session, sessionId);
    const issued = this.#accessToken({ subject, fingerprint, sessionId }, backend);
    return { ...issued, ...(refresh && { refresh }) };
  }

  #claimsOf(token: string, backend: string): TokenClaims | undefined {
    return verifyToken(token, this.#options(backend));
  }

  /** Claims whose session has not ended, where there are sessions. */
  async #living(claims: TokenClaims | undefined, backend: string): Promise<FoundClaims | null> {
    if (!claims || !this.#sessions) return claims ?? null;
    const { sessionId, subject } = claims;
    if (!isSessionId(sessionId)) return null;
    const found = await this.#sessions.find(sessionId, backend);
    return found?.session.subject === subject ? { ...claims, user: found.user } : null;
  }

  #options(backend: string): SignedTokenOptions {
    return {
      keys: this.#keys,
      audience: accessAudience(backend),
      issuer: this.#issuer,
      lifetimeSeconds: this.#lifetimeSeconds,
    };
  }
}

/** The first signs. */
function keysOf({ secret, keys, previousSecrets = [] }: JwtTokenStrategyOptions): TokenKey[] {
  if (secret !== undefined && keys !== undefined) {
    throw new TypeError(
      'JwtTokenStrategy has a secret and keys, and the tokens can be signed with one only. Move the ' +
        'secret to previousSecrets.',
    );
  }
  const signing = keys
    ? tokenKeys('JwtTokenStrategy: keys', keys)
    : [sharedKey(secretKey('JwtTokenStrategy: secret', secret))];
  if (keys) assertSigns('JwtTokenStrategy: keys', signing);
  const previous = previousSecrets.map((text) =>
    sharedKey(secretKey('JwtTokenStrategy: previousSecrets', text)),
  );
  return [...signing, ...previous];
}
