import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyCreatedStatic } from 'passport';
import type { OriginalRequest } from '../../events/users.events.js';
import type { PassportLike } from '../passport-runner.js';
import type { TokenPassportOptions, TokenStrategy } from './token-strategy.js';

type Done = (error: unknown, user?: object | false) => void;

/** A Passport strategy for any token: it hands the token that a request carries to `validate`. */
export class BareTokenStrategy extends Strategy {
  constructor(
    readonly extract: TokenPassportOptions['extract'],
    readonly validateToken: (token: string, done: Done) => void,
  ) {
    super();
  }

  /** Passport calls this on an object that is made from the strategy and has the actions. */
  override authenticate(this: BareTokenStrategy & StrategyCreatedStatic, request: unknown): void {
    const token = this.extract(request as OriginalRequest);
    if (token === null) {
      this.fail(401);
      return;
    }
    this.validateToken(token, (error, user) => {
      if (error) this.error(error);
      else if (user) this.success(user);
      else this.fail(401);
    });
  }
}

/** The Passport strategy of a {@link TokenStrategy}, known to Passport by the backend's name. */
export function tokenPassportStrategy(
  strategy: TokenStrategy,
  { backend, extract, verify }: TokenPassportOptions,
): PassportLike {
  class BackendStrategy extends PassportStrategy(BareTokenStrategy, backend) {
    constructor() {
      super(extract);
    }

    async validate(token: string): Promise<object | false> {
      const claims = await strategy.read(token, { backend });
      return claims ? verify(claims) : false;
    }
  }
  return new BackendStrategy();
}
