import { Inject, Injectable } from '@nestjs/common';
import { UserTokenRefreshedEvent, UserTokenReusedEvent } from '../events/session.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import type { OriginalRequest } from '../events/users.events.js';
import { BackendNotFoundError, UnauthorizedError } from '../exceptions/request.errors.js';
import { AttemptLimits, type FallibleAttempt } from '../limits/attempt-limits.js';
import { sessionOf } from '../sessions/session.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import { hideSecrets } from '../users/user-secrets.js';
import type { UserAdapter } from '../users/user.adapter.js';
import type { BaseUser } from '../users/user.js';
import type { AuthBackend } from './auth-backend.js';
import { refuseUnverified } from './refuse-unverified.js';
import type { RefreshTokens } from './strategies/token-strategy.js';
import { tokenHolder } from './token-holder.js';
import type { TransportResponse } from './transports/transport.js';

/** What became of a refresh: without an answer it is refused. */
interface Refreshing {
  readonly outcome: 'ok' | 'absent' | 'invalid' | 'reused' | 'ended';
  readonly response?: TransportResponse;
  /** What counts as failed then. */
  readonly attempt?: FallibleAttempt;
}

/** Replaces access tokens by refresh tokens. */
@Injectable()
export class TokenRefresh<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(AttemptLimits) private readonly attempts: AttemptLimits,
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
  ) {}

  /** See `AuthService.refresh`. */
  async refresh(
    backend: AuthBackend,
    request: OriginalRequest,
    shown: string | undefined,
  ): Promise<TransportResponse> {
    const { refreshTokens } = backend.strategy;
    if (!refreshTokens) throw new BackendNotFoundError();
    const watched = {
      span: 'nestjs_users.refresh',
      attributes: { backend: backend.name },
      outcome: ({ outcome }: Refreshing) => outcome,
    };
    const { response, attempt } = await this.telemetry.counted(
      'nestjs_users.token.refreshes',
      watched,
      () => this.#refresh(backend, refreshTokens, request, shown),
    );
    if (response) return response;
    await attempt?.failed();
    throw new UnauthorizedError();
  }

  /**
   * No failure of one may bar another, nor a session that goes on:
   * - What nobody has signed counts for the client's address, and bars nothing but the like of it. Any
   *   page can make a browser send such forms, and many people may share the address.
   * - What is signed counts for the session that it names, once that is past: whatever is counted below
   *   was refused because the session has ended, or ends by it. A used token in a stranger's hands ends
   *   the session at once, so there is none left whose owner could be barred.
   */
  async #refresh(
    backend: AuthBackend,
    refreshTokens: RefreshTokens,
    request: OriginalRequest,
    shown: string | undefined,
  ): Promise<Refreshing> {
    const { name, transport } = backend;
    transport.assertIntended(request);
    const token = transport.readRefresh(request, shown);
    // Pages try at their start, whether anybody is logged in or not: that is no failure.
    if (token === null) return { outcome: 'absent' };
    const claims = refreshTokens.read(token, { backend: name });
    const budget = { backend: name, session: claims?.sessionId };
    const attempt = await this.attempts.afterFailures('refresh', budget, request);

    const row = claims && (await tokenHolder(this.adapter, backend, claims));
    if (!claims || !row) return { outcome: 'invalid', attempt };
    // Where the stamp is the same, whoever is made active again goes on with the session.
    if (!row.isActive) return { outcome: 'invalid' };
    const user = hideSecrets(row);
    if (backend.requireVerified) refuseUnverified(user);

    const outcome = await refreshTokens.exchange(claims, { backend: name });
    if (outcome.kind === 'refreshed') {
      await this.events.emit(new UserTokenRefreshedEvent(user, name, request));
      return { outcome: 'ok', response: transport.login(outcome.issued, request) };
    }
    if (outcome.kind === 'reused' && outcome.isFirst) {
      const session = sessionOf(outcome.session);
      await this.events.emit(new UserTokenReusedEvent(user, session, request));
    }
    return { outcome: outcome.kind, attempt };
  }
}
