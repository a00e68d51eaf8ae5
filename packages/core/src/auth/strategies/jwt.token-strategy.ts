import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import type { KeyObject } from 'node:crypto';
import type { OriginalRequest } from '../../events/users.events.js';
import { isSessionId, newSessionId } from '../../sessions/opaque-token.js';
import { StoredSessions } from '../../sessions/stored-sessions.js';
import type { StoredToken, TokenStore } from '../../sessions/token-store.js';
import { secretKey } from '../../tokens/secret.js';
import { lifetime } from '../../tokens/seconds.js';
import {
  isPlainToken,
  readClaims,
  signToken,
  type TokenClaims,
  verifyOptions,
  verifyToken,
} from '../../tokens/signed-token.js';
import type { PassportLike } from '../passport-runner.js';
import { JwtRefresh, type JwtRefreshOptions, refreshRules } from './jwt-refresh.js';
import {
  type IssuedToken,
  type RefreshTokens,
  type TokenBinding,
  type TokenIssue,
  type TokenPassportOptions,
  TokenStrategy,
} from './token-strategy.js';

/** Options of {@link JwtTokenStrategy}. @publicApi */
export interface JwtTokenStrategyOptions {
  /** At least 32 random bytes; whoever knows it can be anybody. */
  secret: string;
  /**
   * Secrets whose tokens are still good, though new ones are signed with {@link secret}: move the old
   * secret here, and drop it when the last token made with it has expired. Default: none.
   */
  previousSecrets?: readonly string[];
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
 * JSON Web Tokens, signed with HS256 and read by `passport-jwt`. All tokens of a user end at once with
 * the security stamp (password change, deactivation, {@link UsersService.revokeCredentials}). Nothing is
 * stored, so that a single token cannot be ended before its time; unless there is a `store`.
 *
 * @publicApi
 */
export class JwtTokenStrategy extends TokenStrategy {
  /** The first signs; all of them verify. */
  readonly #keys: readonly [KeyObject, ...KeyObject[]];
  readonly #lifetimeSeconds: number;
  readonly #sessions: StoredSessions | undefined;
  readonly #refresh: JwtRefresh | undefined;

  /** @throws TypeError for a missing, short or well-known secret, or a bad lifetime */
  constructor({
    secret,
    previousSecrets = [],
    store,
    refresh,
    lifetimeSeconds = refresh ? 900 : 3600,
  }: JwtTokenStrategyOptions) {
    super();
    this.#keys = [
      secretKey('JwtTokenStrategy: secret', secret),
      ...previousSecrets.map((text) => secretKey('JwtTokenStrategy: previousSecrets', text)),
    ];
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
      if (rules) this.#refresh = new JwtRefresh(this.#keys, this.#sessions, rules.graceSeconds);
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

  async read(token: string, { backend }: TokenBinding): Promise<TokenClaims | null> {
    return this.#living(this.#claimsOf(token, backend), backend);
  }

  async destroy(token: string, { backend }: TokenBinding): Promise<boolean> {
    const id = this.#claimsOf(token, backend)?.sessionId;
    return isSessionId(id) && this.#sessions !== undefined && this.#sessions.close(id, backend);
  }

  override createPassportStrategy({
    backend,
    extract,
    verify,
  }: TokenPassportOptions): PassportLike {
    const living = (claims: TokenClaims | undefined) => this.#living(claims, backend);
    const options: StrategyOptionsWithoutRequest = {
      ...verifyOptions(audienceOf(backend)),
      jwtFromRequest: (request) => extract(request as unknown as OriginalRequest),
      // The form is judged before the signature; the types of passport-jwt know no KeyObject.
      secretOrKeyProvider: (_request, token, done) =>
        isPlainToken(token as string)
          ? done(null, this.#keyOf(token as string, backend) as unknown as string)
          : done(new Error('This form is not accepted.')),
    };

    class JwtBackendStrategy extends PassportStrategy(Strategy, backend) {
      constructor() {
        super(options);
      }

      async validate(payload: unknown): Promise<object | false> {
        const claims = await living(readClaims(payload));
        return claims ? verify(claims) : false;
      }
    }
    return new JwtBackendStrategy();
  }

  #accessToken(claims: TokenClaims, backend: string): IssuedToken {
    const token = signToken(claims, this.#options(backend, this.#keys[0]));
    return { token, expiresInSeconds: this.#lifetimeSeconds };
  }

  #issue(session: StoredToken, sessionId: string): IssuedToken {
    const { subject, fingerprint, backend } = session;
    const refresh = this.#refresh?.tokenOf(session, sessionId);
    const issued = this.#accessToken({ subject, fingerprint, sessionId }, backend);
    return { ...issued, ...(refresh && { refresh }) };
  }

  #claimsOf(token: string, backend: string): TokenClaims | undefined {
    return verifyToken(token, this.#options(backend, this.#keyOf(token, backend)));
  }

  /** Claims whose session has not ended, where there are sessions. */
  async #living(claims: TokenClaims | undefined, backend: string): Promise<TokenClaims | null> {
    if (!claims || !this.#sessions) return claims ?? null;
    const { sessionId, subject } = claims;
    if (!isSessionId(sessionId)) return null;
    const session = await this.#sessions.find(sessionId, backend);
    return session?.subject === subject ? claims : null;
  }

  /** The key that verifies a token: the newest, unless an older one does. */
  #keyOf(token: string, backend: string): KeyObject {
    const [newest, ...older] = this.#keys;
    return older.find((key) => verifyToken(token, this.#options(backend, key))) ?? newest;
  }

  #options(backend: string, key: KeyObject) {
    return { key, audience: audienceOf(backend), lifetimeSeconds: this.#lifetimeSeconds };
  }
}

/** The audience keeps the tokens of two backends apart, and those of other kinds, with one secret too. */
function audienceOf(backend: string): string {
  return `nestjs-users:auth:${backend}`;
}
