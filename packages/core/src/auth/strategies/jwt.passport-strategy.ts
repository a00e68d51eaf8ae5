import { PassportStrategy } from '@nestjs/passport';
import type { StrategyCreatedStatic } from 'passport';
import { Strategy, type StrategyOptionsWithRequest } from 'passport-jwt';
import type { OriginalRequest } from '../../events/users.events.js';
import { type KeyRing, verifyOptions } from '../../tokens/key-ring.js';
import type { TokenDemands } from '../../tokens/token-demands.js';
import { VerifiedTokens } from '../../tokens/verified-tokens.js';
import type { PassportLike } from '../passport-runner.js';
import type { TokenPassportOptions } from './token-strategy.js';

type Payload = Readonly<Record<string, unknown>>;

/** What a JWT strategy hands on to Passport's. */
export interface JwtPassportOptions extends Pick<TokenPassportOptions, 'extract'> {
  readonly keys: KeyRing;
  readonly demands: TokenDemands;
  /** The user of a payload whose signature is good; `false` for nobody, or nobody any more. */
  userOf(payload: Payload): Promise<object | false>;
}

/**
 * `passport-jwt`'s strategy, known to Passport by the backend's name. It checks the signature of a token
 * once, and all that can change at each request.
 */
export function jwtPassportStrategy(
  name: string,
  { extract, keys, demands, userOf }: JwtPassportOptions,
): PassportLike {
  const verified = new VerifiedTokens();
  /** The token whose signature is being checked, by its request. */
  const checked = new WeakMap<object, string>();
  const options: StrategyOptionsWithRequest = {
    ...verifyOptions(demands, keys.algorithms),
    jwtFromRequest: (request) => extract(request as unknown as OriginalRequest),
    // Form and algorithm are judged before the signature; the types of passport-jwt know no KeyObject.
    secretOrKeyProvider: (request, token, done) => {
      checked.set(request, token as string);
      const key = keys.keyOf(token as string, demands);
      if (key) done(null, key.verifying as unknown as string);
      else done(new Error('This form is not accepted.'));
    },
    passReqToCallback: true,
  };

  class JwtBackendStrategy extends PassportStrategy(Strategy, name) {
    constructor() {
      super(options);
    }

    override authenticate(this: JwtBackendStrategy & StrategyCreatedStatic, request: never): void {
      const token = extract(request);
      const payload = token === null ? undefined : verified.find(token);
      if (!payload) {
        super.authenticate(request);
        return;
      }
      userOf(payload).then(
        (user) => (user ? this.success(user) : this.fail(401)),
        (error: unknown) => this.error(error),
      );
    }

    /** Called for a token that `passport-jwt` has checked. */
    async validate(request: OriginalRequest, payload: Payload): Promise<object | false> {
      const token = checked.get(request);
      if (token !== undefined) verified.add(token, payload);
      return userOf(payload);
    }
  }
  return new JwtBackendStrategy();
}
