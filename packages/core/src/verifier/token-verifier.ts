import { Inject, Injectable } from '@nestjs/common';
import { BackendStrategies } from '../auth/backend-strategies.js';
import { Authenticator, type AuthenticateOptions } from '../auth/authenticator.js';
import { Backends } from '../auth/backends.js';
import type { OriginalRequest } from '../events/users.events.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { VerifiedUser } from './verified-user.js';
import type { VerifiedClaims } from './verifying.token-strategy.js';

/** Who made a call, by what their token says. @publicApi */
export interface VerifiedAuthentication {
  readonly user: VerifiedUser;
  readonly backend: string;
}

/**
 * Finds out who made a call, without knowing any users.
 *
 * @publicApi
 */
@Injectable()
export class TokenVerifier extends Authenticator {
  override readonly knowsRights = false;
  readonly #strategies: BackendStrategies<VerifiedUser>;

  constructor(
    @Inject(Backends) override readonly backends: Backends,
    @Inject(UsersTelemetry) telemetry: UsersTelemetry,
  ) {
    super();
    this.#strategies = new BackendStrategies<VerifiedUser>(backends, {
      callerOf: async ({ name }, claims) => userOf(name, claims as VerifiedClaims),
      admit: (user) => user,
      assertServed() {},
      watch: telemetry.isOn
        ? ({ name }, outcome) =>
            telemetry.count('nestjs_users.token.lookups', { backend: name, outcome })
        : undefined,
    });
  }

  /**
   * The first backend whose token the request carries decides.
   *
   * @returns `null` if there is no good token
   * @throws CsrfRejectedError if a cookie was not accepted
   * @throws ServiceUnavailableError if the keys are not known, and their service does not answer
   */
  async authenticate(
    request: OriginalRequest,
    options: AuthenticateOptions = {},
  ): Promise<VerifiedAuthentication | null> {
    const found = await this.#strategies.authenticate(request, options);
    return found && { user: found.caller, backend: found.backend.name };
  }
}

function userOf(backend: string, claims: VerifiedClaims): VerifiedUser {
  const { subject, sessionId, issuedAt, expiresAt } = claims;
  return new VerifiedUser(subject, backend, issuedAt, expiresAt, sessionId);
}
