import { Inject, Injectable } from '@nestjs/common';
import { UserSessionsRevokedEvent } from '../events/session.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountUpdate } from './account-update.js';
import { EmailChange } from './email-change.js';
import { EmailVerification } from './email-verification.js';
import { findByEmail } from './find-by-email.js';
import { PasswordAuthentication } from './password-authentication.js';
import { PasswordRecovery } from './password-recovery.js';
import { Registration } from './registration.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { endEverything } from './security-stamp.js';
import { UserDataExport, type UserExport } from './user-data-export.js';
import type {
  CallOptions,
  CreateUserInput,
  CredentialOptions,
  DeleteUserOptions,
  ForgotPasswordOptions,
  UpdateUserInput,
  UpdateUserOptions,
  WriteOptions,
} from './user-input.js';
import { listPage, type UserPage, type UserPageQuery } from './user-list.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { UserNotFoundError } from './users.errors.js';

/**
 * Everything that can be done with users, for the library's controllers and for the application's
 * own code alike. It knows no HTTP: it throws {@link UsersError}s. A user that it answers carries
 * neither hash nor stamp.
 *
 * @example
 * constructor(private readonly users: UsersService<User>) {}
 * @publicApi
 */
@Injectable()
export class UsersService<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(PasswordAuthentication) private readonly authentication: PasswordAuthentication<U>,
    @Inject(Registration) private readonly registration: Registration<U>,
    @Inject(AccountUpdate) private readonly accountUpdate: AccountUpdate<U>,
    @Inject(AccountDeletion) private readonly deletion: AccountDeletion<U>,
    @Inject(UserDataExport) private readonly dataExport: UserDataExport<U>,
    @Inject(PasswordRecovery) private readonly recovery: PasswordRecovery<U>,
    @Inject(EmailVerification) private readonly verification: EmailVerification<U>,
    @Inject(EmailChange) private readonly emailChange: EmailChange<U>,
    @Inject(AttemptLimits) private readonly attempts: AttemptLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
  ) {}

  /** @throws UserNotFoundError */
  async get(id: U['id']): Promise<U> {
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    return hideSecrets(row);
  }

  /**
   * Reads an id out of untrusted text: a path, an argument of a command. `undefined` for text that is
   * no id, and for every other spelling than the canonical one.
   */
  parseId(text: unknown): U['id'] | undefined {
    return this.adapter.parseId(text);
  }

  /** Finds by address, in whatever spelling. @throws UserNotFoundError */
  async getByEmail(email: string): Promise<U> {
    const row = await findByEmail(this.adapter, email);
    if (!row) throw new UserNotFoundError();
    return hideSecrets(row);
  }

  /** One page of users in the order of their ids. @throws InvalidUserDataError for a bad cursor or limit */
  list(query: UserPageQuery = {}): Promise<UserPage<U>> {
    return listPage(this.adapter, query);
  }

  /**
   * Creates a user and tells the `@OnUserRegistered()` listeners.
   *
   * @throws InvalidUserDataError, InvalidPasswordError, UserAlreadyExistsError, or whatever a
   * `@BeforeUserRegister()` listener throws
   */
  create(input: CreateUserInput<U>, options: WriteOptions = {}): Promise<U> {
    return this.registration.create(input, options);
  }

  /**
   * Registers somebody as the route does: without privileges, and in the configured mode.
   *
   * @returns the user; `null` with `registration: 'generic'`, for known and unknown addresses alike
   * and after the same time: the owner of a known one hears of it by `@OnUserEmailClaimed()`
   * @throws InvalidUserDataError, InvalidPasswordError, UserAlreadyExistsError (not in the generic
   * mode), TooManyAttemptsError, or whatever a `@BeforeUserRegister()` listener throws
   */
  register(input: CreateUserInput<U>, options: CallOptions = {}): Promise<U | null> {
    const watched = { span: 'nestjs_users.register' };
    return this.telemetry.counted('nestjs_users.registration.attempts', watched, async () => {
      await this.attempts.fromClient('registration', options.request);
      return this.registration.register(input, options);
    });
  }

  /**
   * Changes what the input names. A new address is not verified any more; with `safe: true` and
   * `emailChange: 'confirmed'` it only becomes `pendingEmail`, until {@link confirmEmailChange}. A
   * new password and a deactivation end every credential of the user, and a pending change.
   *
   * @throws UserNotFoundError, InvalidUserDataError, InvalidPasswordError, UserAlreadyExistsError,
   * BadCurrentPasswordError, LastSuperuserError, TooManyAttemptsError (passwords tried, addresses wished
   * for), or
   * whatever a `@BeforeUserUpdate()` listener throws
   */
  update(
    { id }: Pick<U, 'id'>,
    input: UpdateUserInput<U>,
    options: UpdateUserOptions = {},
  ): Promise<U> {
    return this.accountUpdate.update(id, input, options);
  }

  /**
   * Deletes a user for good.
   *
   * @throws UserNotFoundError, LastSuperuserError, BadCurrentPasswordError and TooManyAttemptsError (if a
   * confirmation is demanded), or whatever a `@BeforeUserDelete()` listener throws
   */
  delete({ id }: Pick<U, 'id'>, options: DeleteUserOptions = {}): Promise<void> {
    return this.deletion.delete(id, options);
  }

  /**
   * Collects what is known about a user: what `@DuringUserExport()` listeners add, by section.
   *
   * @throws UserNotFoundError, or whatever a listener throws
   */
  exportData({ id }: Pick<U, 'id'>, options: CallOptions = {}): Promise<UserExport<U>> {
    return this.dataExport.collect(id, options);
  }

  /**
   * Ends every credential of a user at once: "log out everywhere". One that is made for the answered
   * user is good.
   *
   * @throws UserNotFoundError
   */
  async revokeCredentials({ id }: Pick<U, 'id'>, { request }: CallOptions = {}): Promise<U> {
    const updated = await this.adapter.update(id, endEverything() as UserChanges<U>);
    if (!updated) throw new UserNotFoundError();
    const user = hideSecrets(updated);
    await this.events.emit(new UserSessionsRevokedEvent(user, request));
    return user;
  }

  /**
   * The active user with this address and password, or `null`, without telling which of them is
   * wrong: one hash is worked off whatever happens. An old hash is renewed on the way.
   *
   * @throws TooManyAttemptsError, for known and unknown addresses alike, before anything is worked off
   */
  authenticate(
    email: string,
    password: string,
    options: CredentialOptions = {},
  ): Promise<U | null> {
    return this.authentication.authenticate(email, password, options);
  }

  /**
   * Tells the `@OnUserForgotPassword()` listeners a fresh reset token, if the address belongs to an
   * active user. Answers the same, in the same time, if not.
   *
   * @throws TooManyAttemptsError
   */
  forgotPassword(email: string, options: ForgotPasswordOptions = {}): Promise<void> {
    return this.telemetry.span({ span: 'nestjs_users.forgot_password' }, async () => {
      if (options.isLimited !== false) await this.attempts.fromClient('mail', options.request);
      return this.recovery.request(email, options);
    });
  }

  /**
   * Sets a new password by a token of {@link forgotPassword}. The token is used up, and all
   * credentials of the user end. Of several concurrent calls with one token, one succeeds.
   *
   * @throws BadResetTokenError, TooManyAttemptsError
   * @throws InvalidPasswordError the token stays good
   */
  resetPassword(token: string, password: string, options: CallOptions = {}): Promise<U> {
    return this.#byToken('nestjs_users.reset_password', options, () =>
      this.recovery.reset(token, password, options),
    );
  }

  /**
   * Tells the `@OnUserVerificationRequested()` listeners a fresh token, if the address belongs to an
   * active user and is not verified. Answers the same, in the same time, if not.
   *
   * @throws TooManyAttemptsError
   */
  requestVerification(email: string, options: CallOptions = {}): Promise<void> {
    return this.telemetry.span({ span: 'nestjs_users.request_verification' }, async () => {
      await this.attempts.fromClient('mail', options.request);
      return this.verification.request(email, options);
    });
  }

  /**
   * Verifies an address by a token of {@link requestVerification}. Of several concurrent calls with
   * one token, one succeeds.
   *
   * @throws BadVerificationTokenError, UserAlreadyVerifiedError, TooManyAttemptsError
   */
  verify(token: string, options: CallOptions = {}): Promise<U> {
    return this.#byToken('nestjs_users.verify', options, () =>
      this.verification.verify(token, options),
    );
  }

  /**
   * Puts the pending address in the old one's place, by the token that was mailed to it. It is
   * verified by that.
   *
   * @throws BadEmailChangeTokenError, TooManyAttemptsError
   * @throws UserAlreadyExistsError somebody else has the address meanwhile
   */
  confirmEmailChange(token: string, options: CallOptions = {}): Promise<U> {
    return this.#byToken('nestjs_users.confirm_email_change', options, () =>
      this.emailChange.confirm(token, options),
    );
  }

  /**
   * Forgets the pending address, by the token that was mailed to the old one.
   *
   * @throws BadEmailChangeTokenError, TooManyAttemptsError
   */
  cancelEmailChange(token: string, options: CallOptions = {}): Promise<void> {
    return this.#byToken('nestjs_users.cancel_email_change', options, () =>
      this.emailChange.cancel(token, options),
    );
  }

  /** Uses a token that came by mail. */
  #byToken<T>(span: string, { request }: CallOptions, use: () => Promise<T>): Promise<T> {
    return this.telemetry.span({ span }, async () => {
      await this.attempts.fromClient('token', request);
      return use();
    });
  }
}
