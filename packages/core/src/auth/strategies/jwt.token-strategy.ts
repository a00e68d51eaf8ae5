import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import type { KeyObject } from 'node:crypto';
import type { OriginalRequest } from '../../events/users.events.js';
import { isSessionId, newSessionId } from '../../sessions/opaque-token.js';
import { StoredSessions } from '../../sessions/stored-sessions.js';
import type { TokenStore } from '../../sessions/token-store.js';
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
import {
  type IssuedToken,
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
  /** How long a token is good for, in seconds. Default 3600. */
  lifetimeSeconds?: number;
  /**
   * Where each token has its session, so that it can be listed, and ended before its time: a logout
   * answers 204 then. Costs one look-up more at each request; tokens that were made without it are good
   * no more. Default: none.
   */
  store?: TokenStore;
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

  /** @throws TypeError for a missing, short or well-known secret, or a bad lifetime */
  constructor({
    secret,
    previousSecrets = [],
    lifetimeSeconds = 3600,
    store,
  }: JwtTokenStrategyOptions) {
    super();
    this.#keys = [
      secretKey('JwtTokenStrategy: secret', secret),
      ...previousSecrets.map((text) => secretKey('JwtTokenStrategy: previousSecrets', text)),
    ];
    this.#lifetimeSeconds = lifetime('JwtTokenStrategy: lifetimeSeconds', lifetimeSeconds);
    this.#sessions =
      store &&
      new StoredSessions('JwtTokenStrategy', {
        store,
        lifetimeSeconds,
        idleSeconds: lifetimeSeconds,
      });
  }

  override get store(): TokenStore | undefined {
    return this.#sessions?.store;
  }

  async write(claims: TokenClaims, { backend, request }: TokenIssue): Promise<IssuedToken> {
    const id = newSessionId();
    // The signature is the secret: whoever knows the id of a session cannot make its token.
    await this.#sessions?.open({ id, secret: id, claims, backend, request });
    const named = this.#sessions ? { ...claims, sessionId: id } : claims;
    const token = signToken(named, this.#options(backend, this.#keys[0]));
    return { token, expiresInSeconds: this.#lifetimeSeconds };
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
