import { Inject, Injectable } from '@nestjs/common';
import {
  BeforeUserDeleteEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
} from '../events/before-users.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import {
  UserDeletedEvent,
  UserPasswordChangedEvent,
  UserRegisteredEvent,
  UserUpdatedEvent,
} from '../events/users.events.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { newSecurityStamp } from '../tokens/fingerprint.js';
import { findByEmail } from './find-by-email.js';
import { PasswordRecovery } from './password-recovery.js';
import { USERS_ADAPTER } from './required-adapter.js';
import {
  type CallOptions,
  type CreateUserInput,
  type DeleteUserOptions,
  requireCanonicalEmail,
  type UpdateUserInput,
  type UpdateUserOptions,
  writableFields,
  type WriteOptions,
} from './user-input.js';
import { listPage, type UserPage, type UserPageQuery } from './user-list.js';
import { copyUser } from './user-copy.js';
import { hideSecrets } from './user-secrets.js';
import { planUpdate } from './user-update.js';
import { UserWriter } from './user-writer.js';
import type { NewUser, UserAdapter, UserChanges } from './user.adapter.js';
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
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(UserWriter) private readonly writer: UserWriter<U>,
    @Inject(PasswordRecovery) private readonly recovery: PasswordRecovery<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** @throws UserNotFoundError */
  async get(id: U['id']): Promise<U> {
    return hideSecrets(await this.#row(id));
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
  async create(input: CreateUserInput<U>, options: WriteOptions = {}): Promise<U> {
    const { safe = false, request } = options;
    const proposal = { ...writableFields(input, safe), email: input.email };
    await this.events.ask(new BeforeUserRegisterEvent(proposal, request));

    const { email } = proposal;
    const canonical = requireCanonicalEmail(email);
    const hashedPassword =
      typeof input.password === 'string'
        ? await this.passwords.hashNew(input.password, { email }, 'REGISTER_INVALID_PASSWORD')
        : null;
    const now = new Date();
    const row = await this.adapter.create({
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      ...writableFields(proposal, false),
      email,
      canonicalEmail: canonical,
      pendingEmail: null,
      hashedPassword,
      securityStamp: newSecurityStamp(),
      createdAt: now,
      updatedAt: now,
    } as NewUser<U>);

    const user = hideSecrets(row);
    await this.events.emit(new UserRegisteredEvent(user, request));
    return user;
  }

  /**
   * Changes what the input names. A new address is not verified any more; a new password and a
   * deactivation end every credential of the user.
   *
   * @throws UserNotFoundError, InvalidUserDataError, InvalidPasswordError, UserAlreadyExistsError,
   * BadCurrentPasswordError, LastSuperuserError, or whatever a `@BeforeUserUpdate()` listener throws
   */
  async update(
    { id }: Pick<U, 'id'>,
    input: UpdateUserInput<U>,
    options: UpdateUserOptions = {},
  ): Promise<U> {
    const { safe = false, request, confirmation } = options;
    const row = await this.#row(id);
    const plan = planUpdate(row, input, safe);
    if (Object.keys(plan.columns).length === 0) return hideSecrets(row);

    await this.events.ask(
      new BeforeUserUpdateEvent(hideSecrets(copyUser(row)), plan.proposal, request),
    );
    const user = hideSecrets(await this.writer.write(row, plan, confirmation));

    if (plan.changes.length > 0) {
      await this.events.emit(new UserUpdatedEvent(user, plan.changes, request));
    }
    if (plan.password !== undefined) {
      await this.events.emit(new UserPasswordChangedEvent(user, request));
    }
    return user;
  }

  /**
   * Deletes a user for good.
   *
   * @throws UserNotFoundError, LastSuperuserError, or whatever a `@BeforeUserDelete()` listener throws
   */
  async delete({ id }: Pick<U, 'id'>, options: DeleteUserOptions = {}): Promise<void> {
    const { request, allowLastSuperuser = false } = options;
    const user = await this.get(id);
    await this.events.ask(new BeforeUserDeleteEvent(user, request));
    const isDeleted = await this.adapter.delete(id, { keepSuperuser: !allowLastSuperuser });
    if (!isDeleted) throw new UserNotFoundError();
    await this.events.emit(new UserDeletedEvent(user, request));
  }

  /**
   * Ends every credential of a user at once: "log out everywhere".
   *
   * @throws UserNotFoundError
   */
  async revokeCredentials({ id }: Pick<U, 'id'>): Promise<void> {
    const changes = { securityStamp: newSecurityStamp() } as UserChanges<U>;
    if (!(await this.adapter.update(id, changes))) throw new UserNotFoundError();
  }

  /**
   * The active user with this address and password, or `null`, without telling which of them is
   * wrong: one hash is worked off whatever happens. An old hash is renewed on the way.
   */
  async authenticate(email: string, password: string): Promise<U | null> {
    const row = await findByEmail(this.adapter, email);
    const isRight = await this.passwords.verify(password, row?.hashedPassword);
    if (!row || !isRight || !row.isActive) return null;
    await this.writer.renewHash(row, password);
    return hideSecrets(row);
  }

  /**
   * Tells the `@OnUserForgotPassword()` listeners a fresh reset token, if the address belongs to an
   * active user. Answers the same, in the same time, if not.
   */
  forgotPassword(email: string, options: CallOptions = {}): Promise<void> {
    return this.recovery.request(email, options);
  }

  /**
   * Sets a new password by a token of {@link forgotPassword}. The token is used up, and all
   * credentials of the user end. Of several concurrent calls with one token, one succeeds.
   *
   * @throws BadResetTokenError
   * @throws InvalidPasswordError the token stays good
   */
  resetPassword(token: string, password: string, options: CallOptions = {}): Promise<U> {
    return this.recovery.reset(token, password, options);
  }

  async #row(id: U['id']): Promise<U> {
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    return row;
  }
}
