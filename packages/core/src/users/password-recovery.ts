import { Inject, Injectable } from '@nestjs/common';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserForgotPasswordEvent, UserPasswordResetEvent } from '../events/users.events.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { newSecurityStamp } from '../tokens/fingerprint.js';
import { ResetTokens } from '../tokens/reset-tokens.js';
import { takeAtLeast } from './take-at-least.js';
import { findByEmail } from './find-by-email.js';
import { USERS_ADAPTER } from './required-adapter.js';
import type { CallOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { BadResetTokenError } from './users.errors.js';

/** Longer than a look-up takes: whether it has found a row is not to be seen in the answer's time. */
const ANSWER_MS = 25;

/** The way back in for those who forgot their password. */
@Injectable()
export class PasswordRecovery<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(ResetTokens) private readonly tokens: ResetTokens,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** Tells a fresh token to the listeners, where there is an active user; looks the same where not. */
  request(email: string, options: CallOptions): Promise<void> {
    return takeAtLeast(ANSWER_MS, () => this.#request(email, options));
  }

  /**
   * Sets a new password by a token: the token is judged first, then the password, then the database
   * decides who of several was first.
   *
   * @throws BadResetTokenError, InvalidPasswordError
   */
  async reset(token: string, password: string, { request }: CallOptions): Promise<U> {
    const row = await this.#rowOf(token);
    const { email, securityStamp, canonicalEmail } = row;
    const code = 'RESET_PASSWORD_INVALID_PASSWORD';
    const changes = {
      hashedPassword: await this.passwords.hashNew(password, { email }, code),
      securityStamp: newSecurityStamp(),
    };
    const updated = await this.adapter.update(row.id, changes as UserChanges<U>, {
      expected: { securityStamp, canonicalEmail, isActive: true },
    });
    if (!updated) throw new BadResetTokenError();

    const user = hideSecrets(updated);
    await this.events.emit(new UserPasswordResetEvent(user, request));
    return user;
  }

  async #request(email: string, { request }: CallOptions): Promise<void> {
    const row = await findByEmail(this.adapter, email);
    await this.events.emitUnseen(
      row?.isActive
        ? () => {
            const token = this.tokens.issue(row);
            return new UserForgotPasswordEvent(hideSecrets(row), token, request);
          }
        : undefined,
    );
  }

  async #rowOf(token: string): Promise<U> {
    const claims = this.tokens.read(token);
    const id = claims && this.adapter.parseId(claims.subject);
    const row = id === undefined ? null : await this.adapter.findById(id);
    if (!claims || !row?.isActive || !this.tokens.fits(claims, row)) throw new BadResetTokenError();
    return row;
  }
}
