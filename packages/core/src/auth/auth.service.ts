import { Inject, Injectable } from '@nestjs/common';
import { BeforeUserLoginEvent } from '../events/before-users.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import {
  type OriginalRequest,
  UserLoggedInEvent,
  UserLoggedOutEvent,
} from '../events/users.events.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { type LoginAttempt, LoginWatch } from '../users/login-watch.js';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import { hideSecrets, secretsOf } from '../users/user-secrets.js';
import type { UserAdapter } from '../users/user.adapter.js';
import type { BaseUser } from '../users/user.js';
import {
  BadCredentialsError,
  ServiceUnavailableError,
  UserNotVerifiedError,
} from '../users/users.errors.js';
import { USERS_POLICY, type UsersPolicy } from '../users/users.policy.js';
import type { AuthBackend, Backend } from './auth-backend.js';
import { type AuthenticateOptions, Authenticator } from './authenticator.js';
import { BackendStrategies } from './backend-strategies.js';
import { Backends } from './backends.js';
import { credentialBinding } from './credential-binding.js';
import { refuseUnverified } from './refuse-unverified.js';
import type { FoundClaims } from './strategies/token-strategy.js';
import { tokenHolder } from './token-holder.js';
import { TokenRefresh } from './token-refresh.js';
import type { TransportResponse } from './transports/transport.js';

/** Who made a request, and by which backend's credential. @publicApi */
export interface Authentication<U extends BaseUser = BaseUser> {
  readonly user: U;
  readonly backend: string;
  /** The session of the credential, where the backend stores sessions. */
  readonly sessionId?: string;
}

/**
 * Logs users in and out and finds out who made a request.
 *
 * @publicApi
 */
@Injectable()
export class AuthService<U extends BaseUser = BaseUser> extends Authenticator {
  override readonly knowsRights = true;
  readonly #strategies: BackendStrategies<U>;
  readonly #asksSeveral: boolean;
  /** Passport hands on the user alone. The adapter gives a new object at each call. */
  readonly #sessionIds = new WeakMap<object, string>();

  constructor(
    @Inject(Backends) override readonly backends: Backends,
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(USERS_POLICY) private readonly policy: UsersPolicy,
    @Inject(LoginWatch) private readonly logins: LoginWatch<U>,
    @Inject(TokenRefresh) private readonly tokens: TokenRefresh<U>,
    @Inject(UsersTelemetry) telemetry: UsersTelemetry,
  ) {
    super();
    this.#asksSeveral = backends.areOwn && backends.haveSessions;
    this.#strategies = new BackendStrategies<U>(backends, {
      callerOf: (backend, claims) => this.#userOf(backend, claims),
      admit: (user) => (user.isActive === true ? hideSecrets(user) : null),
      assertServed: ({ requireVerified }, user) => {
        if (requireVerified) refuseUnverified(user);
      },
      watch: telemetry.isOn
        ? ({ name }, outcome) =>
            telemetry.count('nestjs_users.token.lookups', { backend: name, outcome })
        : undefined,
    });
  }

  /**
   * The first backend whose credential in the request belongs to an active user decides.
   *
   * @returns `null` if no backend finds anybody
   * @throws CsrfRejectedError if nobody was found and a cookie was not accepted
   * @throws ServiceUnavailableError, or what a custom strategy throws, if nobody was found
   */
  async authenticate(
    request: OriginalRequest,
    options: AuthenticateOptions = {},
  ): Promise<Authentication<U> | null> {
    const found = await this.#find(request, options);
    if (!found) return null;
    const sessionId = this.#sessionIds.get(found.caller);
    const { caller: user, backend } = found;
    return { user, backend: backend.name, ...(sessionId !== undefined && { sessionId }) };
  }

  /**
   * Asks the `@BeforeUserLogin()` listeners, makes a credential and tells the `@OnUserLoggedIn()`
   * listeners. The caller has made sure who the user is.
   *
   * @throws BadCredentialsError if the user was deleted, deactivated or changed the password since
   * @throws UserNotVerifiedError if the backend demands a verified address (BadCredentialsError where
   * it {@link hidesUnverified})
   * @throws CsrfRejectedError if the request may have been sent without the user's intent
   * @throws BackendNotFoundError, or whatever a `@BeforeUserLogin()` listener throws
   */
  async login(user: U, backendName: string, request?: OriginalRequest): Promise<TransportResponse> {
    const backend = this.backends.withLogin(backendName);
    const step = { span: 'nestjs_users.login', isLast: true, backend: backendName } as const;
    return this.logins.watch({ ...step, email: user.email, request }, async (login) => {
      if (request) backend.transport.assertIntended(request);
      await this.#admit(login, user, backend, request);
      const response = await this.#issueTo(login, user, backendName, request);
      if (request) await this.#endPrevious(backend, request);
      await this.events.emit(new UserLoggedInEvent(user, backendName, request));
      return response;
    });
  }

  /**
   * Makes a credential without asking or telling anybody: for {@link login}, and for a user whose
   * other credentials have just been ended.
   *
   * @throws BadCredentialsError, BackendNotFoundError
   */
  async issue(user: U, backendName: string, request?: OriginalRequest): Promise<TransportResponse> {
    const backend = this.backends.withLogin(backendName);
    // Read again: while a hash was computed or a listener asked, the user may have been locked out.
    const row = await this.adapter.findById(user.id);
    const stamp = row?.securityStamp;
    const known = secretsOf(user)?.securityStamp;
    if (!row?.isActive || !stamp || (known !== undefined && known !== stamp)) {
      throw new BadCredentialsError();
    }
    const token = await backend.strategy.write(
      { subject: String(row.id), fingerprint: credentialBinding(backend.name, stamp) },
      { backend: backend.name, request },
    );
    return backend.transport.login(token, request);
  }

  /**
   * Ends the credential that a request carries for this backend: 204, or 202 if it cannot be ended
   * singly.
   *
   * @throws UnauthorizedError, CsrfRejectedError, BackendNotFoundError
   */
  async logout(request: OriginalRequest, backendName: string): Promise<TransportResponse> {
    const backend = this.backends.withLogin(backendName);
    backend.transport.assertIntended(request);
    const authentication = await this.authenticate(request, { backends: [backendName] });
    if (!authentication) throw new UnauthorizedError();
    const token = backend.transport.read(request);
    const isEnded =
      token !== null && (await backend.strategy.destroy(token, { backend: backendName }));
    await this.events.emit(new UserLoggedOutEvent(authentication.user, backendName, request));
    return { status: isEnded ? 204 : 202, ...backend.transport.logout(request) };
  }

  /**
   * Replaces an access token by the refresh token that a request carries. Of several requests with one
   * token, and for a while after it, each receives the same successor; used again later, the token ends
   * its session and all that belongs to it, and `@OnUserTokenReused()` listeners hear of it.
   *
   * @param shown - `refresh_token` of the body, for transports that carry it there
   * @throws UnauthorizedError for a token that is no good, or whose user is gone, inactive or has another
   * password
   * @throws ForbiddenError if the backend demands a verified address
   * @throws TooManyAttemptsError after too many refused ones of its session, or forged ones of its client
   * @throws CsrfRejectedError, BackendNotFoundError (also where a backend has no refresh tokens)
   */
  async refresh(
    request: OriginalRequest,
    backendName: string,
    shown?: string,
  ): Promise<TransportResponse> {
    return this.tokens.refresh(this.backends.withLogin(backendName), request, shown);
  }

  /**
   * Whether a login at this backend must not tell somebody who is not verified from nobody: with
   * `registration: 'generic'`, whoever registers an address could try the new password, and would hear
   * whether the address was taken.
   */
  hidesUnverified(backendName: string): boolean {
    const { requireVerified } = this.backends.get(backendName);
    return requireVerified && this.policy.registration === 'generic';
  }

  /** The names of the backends, in the order in which they are asked. */
  backendNames(): string[] {
    return this.backends.all().map(({ name }) => name);
  }

  /** The backend of this name, of whatever kind. @throws BackendNotFoundError */
  backend(name: string): Backend {
    return this.backends.get(name);
  }

  /** The value of `WWW-Authenticate` for a route that asks these backends (RFC 9110, 11.6.1). */
  challenge(options: AuthenticateOptions = {}): string {
    return this.backends.challenge(options);
  }

  /** @throws UserNotVerifiedError, BadCredentialsError, or what a listener throws */
  async #admit(
    login: LoginAttempt<U>,
    user: U,
    { name, requireVerified }: AuthBackend,
    request: OriginalRequest | undefined,
  ): Promise<void> {
    if (requireVerified && user.isVerified !== true) {
      login.fail('unverified', user);
      throw this.hidesUnverified(name) ? new BadCredentialsError() : new UserNotVerifiedError();
    }
    try {
      await this.events.ask(new BeforeUserLoginEvent(user, name, request));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) login.fail('vetoed', user);
      throw error;
    }
  }

  async #issueTo(
    login: LoginAttempt<U>,
    user: U,
    backendName: string,
    request: OriginalRequest | undefined,
  ): Promise<TransportResponse> {
    try {
      return await this.issue(user, backendName, request);
    } catch (error) {
      if (error instanceof BadCredentialsError) login.fail('changed', user);
      throw error;
    }
  }

  /** Sessions take several calls of the store, which together may take no longer than one. */
  #find(
    request: OriginalRequest,
    options: AuthenticateOptions,
  ): ReturnType<BackendStrategies<U>['authenticate']> {
    const find = () => this.#strategies.authenticate(request, options);
    if (!this.#asksSeveral || !this.adapter.bounded) return find();
    return this.adapter.bounded(find, { onlyReads: true });
  }

  /** A login ends the session that the same client had before. */
  async #endPrevious(backend: AuthBackend, request: OriginalRequest): Promise<void> {
    const previous = backend.transport.read(request);
    if (previous !== null) await backend.strategy.destroy(previous, { backend: backend.name });
  }

  /** The active user whom good claims name. */
  async #userOf(backend: Backend, claims: FoundClaims): Promise<U | false> {
    const row = await tokenHolder(this.adapter, backend, claims);
    if (!row?.isActive) return false;
    const user = hideSecrets(row);
    if (claims.sessionId !== undefined) this.#sessionIds.set(user, claims.sessionId);
    return user;
  }
}
