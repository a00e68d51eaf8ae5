import { Inject, Injectable } from '@nestjs/common';
import { UsersEventBus } from '../events/users-event-bus.js';
import {
  UserVerificationRequestedEvent,
  UserVerifiedEvent,
} from '../events/verification.events.js';
import { MailLimits } from '../limits/mail-limits.js';
import { VerificationTokens } from '../tokens/verification-tokens.js';
import { findByEmail } from './find-by-email.js';
import { rowOfToken } from './mailed-token.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { LOOK_UP_MS, takeAtLeast } from './take-at-least.js';
import { UnitOfWork } from './unit-of-work.js';
import type { CallOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { BadVerificationTokenError, UserAlreadyVerifiedError } from './users.errors.js';

/** How users prove that an address is theirs. */
@Injectable()
export class EmailVerification<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(VerificationTokens) private readonly tokens: VerificationTokens,
    @Inject(MailLimits) private readonly limits: MailLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** Tells a fresh token to the listeners, where there is a user to be verified; looks the same where not. */
  request(email: string, options: CallOptions): Promise<void> {
    return takeAtLeast(LOOK_UP_MS, async () => {
      const row = await findByEmail(this.adapter, email);
      await this.events.emitUnseen(row ? () => this.eventFor(row, options) : undefined);
    });
  }

  /** What to tell the listeners of a user; nothing if there is nothing to verify, or mail enough. */
  async eventFor(
    row: U,
    { request }: CallOptions,
  ): Promise<UserVerificationRequestedEvent<U> | undefined> {
    if (!row.isActive || row.isVerified) return undefined;
    if ((await this.limits.take('verification', row, request)) > 0) return undefined;
    const token = this.tokens.issue(row);
    return new UserVerificationRequestedEvent(hideSecrets(row), token, request);
  }

  /**
   * Verifies the address that the token was made for. The database decides who of several was first.
   *
   * @throws BadVerificationTokenError, UserAlreadyVerifiedError
   */
  async verify(token: string, { request }: CallOptions): Promise<U> {
    const row = await rowOfToken(this.adapter, this.tokens, token);
    if (!row) throw new BadVerificationTokenError();
    if (row.isVerified) throw new UserAlreadyVerifiedError();

    const { canonicalEmail } = row;
    const expected = { canonicalEmail, isVerified: false };
    const changes = { isVerified: true } as UserChanges<U>;
    const updated = await this.work.update(row, changes, { expected }, request);
    if (!updated) return this.verify(token, { ...(request && { request }) });

    const user = hideSecrets(updated);
    await this.events.emit(new UserVerifiedEvent(user, request));
    return user;
  }
}
