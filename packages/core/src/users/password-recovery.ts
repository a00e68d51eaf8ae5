import { Inject, Injectable } from '@nestjs/common';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserForgotPasswordEvent, UserPasswordResetEvent } from '../events/users.events.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { MailLimits } from '../limits/mail-limits.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { ResetTokens } from '../tokens/reset-tokens.js';
import { findByEmail } from './find-by-email.js';
import { rowOfToken } from './mailed-token.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { endEverything } from './security-stamp.js';
import { LOOK_UP_MS, takeAtLeast } from './take-at-least.js';
import { UnitOfWork } from './unit-of-work.js';
import type { CallOptions, ForgotPasswordOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { BadResetTokenError } from './users.errors.js';

/** The way back in for those who forgot their password. */
@Injectable()
export class PasswordRecovery<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(ResetTokens) private readonly tokens: ResetTokens,
    @Inject(MailLimits) private readonly limits: MailLimits,
    @Inject(AttemptLimits) private readonly attempts: AttemptLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** Tells a fresh token to the listeners, where there is an active user; looks the same where not. */
  request(email: string, options: ForgotPasswordOptions): Promise<void> {
    return takeAtLeast(LOOK_UP_MS, () => this.#request(email, options));
  }

  /**
   * Sets a new password by a token: the token is judged first, then the password, then the database
   * decides who of several was first.
   *
   * @throws BadResetTokenError, InvalidPasswordError
   */
  async reset(token: string, password: string, { request }: CallOptions): Promise<U> {
    const row = await rowOfToken(this.adapter, this.tokens, token);
    if (!row?.isActive) throw new BadResetTokenError();
    const { email, securityStamp, canonicalEmail } = row;
    const code = 'RESET_PASSWORD_INVALID_PASSWORD';
    const changes = {
      hashedPassword: await this.passwords.hashNew(password, { email }, code),
      ...endEverything(),
    };
    const expected = { securityStamp, canonicalEmail, isActive: true };
    const updated = await this.work.update(row, changes as UserChanges<U>, { expected }, request);
    if (!updated) throw new BadResetTokenError();

    await this.attempts.forgive(canonicalEmail, request);
    const user = hideSecrets(updated);
    await this.events.emit(new UserPasswordResetEvent(user, request));
    return user;
  }

  async #request(
    email: string,
    { request, isLimited = true }: ForgotPasswordOptions,
  ): Promise<void> {
    const row = await findByEmail(this.adapter, email);
    await this.events.emitUnseen(
      row?.isActive
        ? async () => {
            if (isLimited && (await this.limits.take('forgot-password', row, request)) > 0)
              return undefined;
            const token = this.tokens.issue(row);
            return new UserForgotPasswordEvent(hideSecrets(row), token, request);
          }
        : undefined,
    );
  }
}
