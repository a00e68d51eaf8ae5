import passport, { Strategy, type StrategyCreatedStatic } from 'passport';
import type { OriginalRequest } from '../events/users.events.js';
import { UsersException } from '../exceptions/users.exception.js';
import { UsersError } from '../users/users.errors.js';

type FindUser = (request: OriginalRequest) => Promise<object | null>;

/**
 * Makes a backend known to Passport by its name, so that plain `AuthGuard(name)` finds the users whom
 * the library's own guard finds. Nobody is there to turn the library's errors into HTTP answers, so
 * they are given as such.
 */
export function registerInPassport(name: string, findUser: FindUser): void {
  passport.use(name, new NamedStrategy(findUser));
}

class NamedStrategy extends Strategy {
  constructor(readonly findUser: FindUser) {
    super();
  }

  /** Passport calls this on an object that is made from the strategy and has the actions. */
  override authenticate(this: NamedStrategy & StrategyCreatedStatic, request: unknown): void {
    this.findUser(request as OriginalRequest).then(
      (user) => (user ? this.success(user) : this.fail(401)),
      (error: unknown) =>
        this.error(error instanceof UsersError ? new UsersException(error) : error),
    );
  }
}
