import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  BeforeUserDeleteEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
} from '../events/before-users.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import {
  UserDeletedEvent,
  UserForgotPasswordEvent,
  UserPasswordChangedEvent,
  UserPasswordResetEvent,
  UserRegisteredEvent,
  UserUpdatedEvent,
} from '../events/users.events.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { newSecurityStamp } from '../tokens/fingerprint.js';
import { ResetTokens } from '../tokens/reset-tokens.js';
import { canonicalEmail } from './email.js';
import { USERS_ADAPTER } from './required-adapter.js';
import {
  type CallOptions,
  type CreateUserInput,
  requireCanonicalEmail,
  type UpdateUserInput,
  writableFields,
  type WriteOptions,
} from './user-input.js';
import { listPage, type UserPage, type UserPageQuery } from './user-list.js';
import { copyUser } from './user-copy.js';
import { hideSecrets } from './user-secrets.js';
import { planUpdate, type UserUpdate } from './user-update.js';
import type { NewUser, UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';
import {
  BadCurrentPasswordError,
  BadResetTokenError,
  UserAlreadyExistsError,
  UserNotFoundError,
} from './users.errors.js';

/** Options of {@link UsersService.update}. @publicApi */
export interface UpdateUserOptions extends WriteOptions {
  /**
   * Demand the current password before password or address change: the value to check, or
   * `undefined` if none was given. Leave the property out to demand nothing.
   */
  confirmation?: { readonly currentPassword: string | undefined };
}

/** Options of {@link UsersService.delete}. @publicApi */
export interface DeleteUserOptions extends CallOptions {
  /** Permits to delete the last active superuser. Default `false`. */
  allowLastSuperuser?: boolean;
}

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
  readonly #logger = new Logger('UsersService');

  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(ResetTokens) private readonly resetTokens: ResetTokens,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** @throws UserNotFoundError */
  async get(id: U['id']): Promise<U> {
    return hideSecrets(await this.#row(id));
  }

  /** Finds by address, in whatever spelling. @throws UserNotFoundError */
  async getByEmail(email: string): Promise<U> {
    const row = await this.#rowByEmail(email);
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
    const isConfirmed = plan.isSensitive && confirmation !== undefined;
    if (isConfirmed) await this.#confirm(row, confirmation.currentPassword);
    const user = hideSecrets(await this.#write(row, plan, isConfirmed));

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
    const changes = { securityStamp: newSecurityStamp() } as UserUpdate<U>['columns'];
    if (!(await this.adapter.update(id, changes))) throw new UserNotFoundError();
  }

  /**
   * The active user with this address and password, or `null`, without telling which of them is
   * wrong: one hash is worked off whatever happens. An old hash is renewed on the way.
   */
  async authenticate(email: string, password: string): Promise<U | null> {
    const row = await this.#rowByEmail(email);
    const isRight = await this.passwords.verify(password, row?.hashedPassword);
    if (!row || !isRight || !row.isActive) return null;
    await this.#upgradeHash(row, password);
    return hideSecrets(row);
  }

  /**
   * Tells the `@OnUserForgotPassword()` listeners a fresh reset token, if the address belongs to an
   * active user. Answers the same, in the same time, if not.
   */
  async forgotPassword(email: string, { request }: CallOptions = {}): Promise<void> {
    const row = await this.#rowByEmail(email);
    await this.events.emitUnseen(
      row?.isActive
        ? () => {
            const token = this.resetTokens.issue(row);
            return new UserForgotPasswordEvent(hideSecrets(row), token, request);
          }
        : undefined,
    );
  }

  /**
   * Sets a new password by a token of {@link forgotPassword}. The token is used up, and all
   * credentials of the user end. Of several concurrent calls with one token, one succeeds.
   *
   * @throws BadResetTokenError
   * @throws InvalidPasswordError the token stays good
   */
  async resetPassword(token: string, password: string, { request }: CallOptions = {}): Promise<U> {
    const row = await this.#rowOfResetToken(token);
    const hashedPassword = await this.passwords.hashNew(
      password,
      { email: row.email },
      'RESET_PASSWORD_INVALID_PASSWORD',
    );
    const { securityStamp, canonicalEmail: canonical } = row;
    const updated = await this.adapter.update(
      row.id,
      { hashedPassword, securityStamp: newSecurityStamp() } as UserUpdate<U>['columns'],
      { expected: { securityStamp, canonicalEmail: canonical, isActive: true } },
    );
    if (!updated) throw new BadResetTokenError();

    const user = hideSecrets(updated);
    await this.events.emit(new UserPasswordResetEvent(user, request));
    return user;
  }

  async #row(id: U['id']): Promise<U> {
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    return row;
  }

  async #rowByEmail(email: string): Promise<U | null> {
    const canonical = canonicalEmail(email);
    return canonical === undefined ? null : this.adapter.findByCanonicalEmail(canonical);
  }

  async #rowOfResetToken(token: string): Promise<U> {
    const claims = this.resetTokens.read(token);
    const id = claims && this.adapter.parseId(claims.subject);
    const row = id === undefined ? null : await this.adapter.findById(id);
    if (!claims || !row?.isActive || !this.resetTokens.fits(claims, row)) {
      throw new BadResetTokenError();
    }
    return row;
  }

  async #confirm(row: U, currentPassword: string | undefined): Promise<void> {
    const isRight =
      currentPassword !== undefined &&
      (await this.passwords.verify(currentPassword, row.hashedPassword));
    if (!isRight) throw new BadCurrentPasswordError();
  }

  async #write(row: U, plan: UserUpdate<U>, isConfirmed: boolean): Promise<U> {
    const columns = { ...plan.columns };
    if (plan.password !== undefined) {
      columns.hashedPassword = await this.passwords.hashNew(
        plan.password,
        { email: columns.email ?? row.email },
        'UPDATE_USER_INVALID_PASSWORD',
      );
    }
    try {
      const updated = await this.adapter.update(row.id, columns, {
        keepSuperuser: plan.isDemotion,
        // The password that was confirmed must still be the one that is replaced.
        ...(isConfirmed && { expected: { securityStamp: row.securityStamp } }),
      });
      if (updated) return updated;
    } catch (error) {
      if (!(error instanceof UserAlreadyExistsError)) throw error;
      throw new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS');
    }
    throw isConfirmed ? new BadCurrentPasswordError() : new UserNotFoundError();
  }

  /** Not a password change: no stamp, no event; and only if nobody changed the password meanwhile. */
  async #upgradeHash(row: U, password: string): Promise<void> {
    const { hashedPassword, securityStamp } = row;
    if (!hashedPassword) return;
    try {
      const upgraded = await this.passwords.upgrade(password, hashedPassword);
      if (upgraded === undefined) return;
      await this.adapter.update(row.id, { hashedPassword: upgraded } as UserUpdate<U>['columns'], {
        expected: { hashedPassword, securityStamp },
      });
    } catch (error) {
      // The password was right: a hash that stays old for today must not keep its owner out.
      this.#logger.warn(`A password hash could not be renewed: ${(error as Error).message}`);
    }
  }
}
