import { Inject, Injectable, Logger } from '@nestjs/common';
import { UserConfirmationFailedEvent } from '../events/refusal.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import type { OriginalRequest } from '../events/users.events.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { UnitOfWork } from './unit-of-work.js';
import type { UserUpdate } from './user-update.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import {
  BadCurrentPasswordError,
  UserAlreadyExistsError,
  UserNotFoundError,
} from './users.errors.js';

/** Demands the current password before a change: the value to check, `undefined` if none was given. */
export interface Confirmation {
  readonly currentPassword: string | undefined;
}

/** Writes what was decided about a user, if nobody was faster. */
@Injectable()
export class UserWriter<U extends BaseUser = BaseUser> {
  readonly #logger = new Logger('UsersService');

  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(AttemptLimits) private readonly attempts: AttemptLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /**
   * Carries out an update; a sensitive one after the confirmation, if that is demanded.
   *
   * @param admit - judges what only somebody may hear who has proven who they are
   * @throws BadCurrentPasswordError, InvalidPasswordError, UserAlreadyExistsError, UserNotFoundError,
   * LastSuperuserError, TooManyAttemptsError
   */
  async write(
    row: U,
    plan: UserUpdate<U>,
    confirmation: Confirmation | undefined,
    admit: () => Promise<void>,
    request?: OriginalRequest,
  ): Promise<U> {
    const isConfirmed = plan.isSensitive && confirmation !== undefined;
    if (isConfirmed) await this.confirm(row, confirmation, request);
    const columns = await this.#withHash(row, plan);
    await admit();
    try {
      const updated = await this.work.update(
        row,
        columns,
        {
          keepSuperuser: plan.isDemotion,
          // The password that was confirmed must still be the one that is replaced.
          ...(isConfirmed && { expected: { securityStamp: row.securityStamp } }),
        },
        request,
      );
      if (updated) return updated;
    } catch (error) {
      if (!(error instanceof UserAlreadyExistsError)) throw error;
      throw new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS');
    }
    throw await this.whyNot(row.id, isConfirmed ? confirmation : undefined);
  }

  /**
   * Renews the hash of a password that was just found right, if it needs that. No password change:
   * no stamp, no event; and only if nobody changed the password meanwhile.
   */
  async renewHash(row: U, password: string): Promise<void> {
    const { hashedPassword, securityStamp } = row;
    if (!hashedPassword) return;
    try {
      const renewed = await this.passwords.renew(password, hashedPassword);
      if (renewed === undefined) return;
      await this.adapter.update(row.id, { hashedPassword: renewed } as UserChanges<U>, {
        expected: { hashedPassword, securityStamp },
      });
    } catch (error) {
      // The password was right: a hash that stays old for today must not keep its owner out.
      this.#logger.warn(`A password hash could not be renewed: ${(error as Error).message}`);
    }
  }

  /** Makes sure that it is the owner who asks. @throws BadCurrentPasswordError, TooManyAttemptsError */
  async confirm(
    row: U,
    { currentPassword }: Confirmation,
    request: OriginalRequest | undefined,
  ): Promise<void> {
    if (currentPassword === undefined) throw new BadCurrentPasswordError();
    const attempt = await this.attempts.password(row.canonicalEmail, request);
    const isRight = await this.passwords.verify(currentPassword, row.hashedPassword);
    if (!isRight) {
      this.events.emitRefusal(() => new UserConfirmationFailedEvent(row, request), request);
      throw new BadCurrentPasswordError();
    }
    await attempt.succeeded();
  }

  /** Why a write found no row: it is gone, or has another password than the one confirmed. */
  async whyNot(
    id: U['id'],
    confirmation: Confirmation | undefined,
  ): Promise<BadCurrentPasswordError | UserNotFoundError> {
    const isThere = confirmation !== undefined && (await this.adapter.findById(id)) !== null;
    return isThere ? new BadCurrentPasswordError() : new UserNotFoundError();
  }

  async #withHash(row: U, { columns, password }: UserUpdate<U>): Promise<UserChanges<U>> {
    if (password === undefined) return columns;
    const email = columns.email ?? row.email;
    const code = 'UPDATE_USER_INVALID_PASSWORD';
    return { ...columns, hashedPassword: await this.passwords.hashNew(password, { email }, code) };
  }
}
