import { Inject, Injectable } from '@nestjs/common';
import {
  UserEmailChangeCancelledEvent,
  UserEmailChangedEvent,
  UserEmailChangeRequestedEvent,
  UserEmailClaimedEvent,
} from '../events/email-change.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserUpdatedEvent } from '../events/users.events.js';
import { MailLimits } from '../limits/mail-limits.js';
import {
  CancelEmailChangeTokens,
  ConfirmEmailChangeTokens,
} from '../tokens/email-change-tokens.js';
import { canonicalEmail } from './email.js';
import { findByEmail } from './find-by-email.js';
import { rowOfToken } from './mailed-token.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { UnitOfWork } from './unit-of-work.js';
import { copyUser } from './user-copy.js';
import type { CallOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter, UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';
import {
  BadEmailChangeTokenError,
  TooManyAttemptsError,
  UserAlreadyExistsError,
} from './users.errors.js';
import { USERS_POLICY, type UsersPolicy } from './users.policy.js';

/** A change of address that waits until the new one is proven. */
@Injectable()
export class EmailChange<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(ConfirmEmailChangeTokens) private readonly confirmTokens: ConfirmEmailChangeTokens,
    @Inject(CancelEmailChangeTokens) private readonly cancelTokens: CancelEmailChangeTokens,
    @Inject(MailLimits) private readonly limits: MailLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(USERS_POLICY) private readonly policy: UsersPolicy,
  ) {}

  /**
   * Judges a user's wish for another address, before it is stored: as pending, if it is to be
   * confirmed. Each leads to a mail, also to addresses that were never theirs.
   *
   * @throws TooManyAttemptsError, and UserAlreadyExistsError for a pending one unless nobody is to be
   * told who has an account
   */
  async admit(row: U, pendingEmail: string | undefined, { request }: CallOptions): Promise<void> {
    const seconds = await this.limits.take('email-change', row, request);
    if (seconds > 0) throw new TooManyAttemptsError(seconds);
    if (pendingEmail === undefined || this.policy.registration === 'generic') return;
    if (await findByEmail(this.adapter, pendingEmail)) {
      throw new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS');
    }
  }

  /** Tells the listeners of a pending address, or its owner's, should it be taken: unseen by who asks. */
  async announce(row: U, newEmail: string, { request }: CallOptions): Promise<void> {
    // Somebody may have asked for yet another one since: a token must not prove what its mail does not reach.
    const asked = Object.assign(copyUser(row), { pendingEmail: newEmail });
    const confirm = this.confirmTokens.issue(asked);
    const cancel = this.cancelTokens.issue(asked);
    await this.events.emitUnseen(async () => {
      const owner = await findByEmail(this.adapter, newEmail);
      if (!owner) {
        const tokens = { confirm, cancel };
        return new UserEmailChangeRequestedEvent(hideSecrets(asked), newEmail, tokens, request);
      }
      const isSilent =
        !owner.isActive || (await this.limits.take('email-claimed', owner, request)) > 0;
      return isSilent ? undefined : new UserEmailClaimedEvent(hideSecrets(owner), request);
    });
  }

  /**
   * Puts the pending address in the old one's place. The mail that carried the token has proven it.
   *
   * @throws BadEmailChangeTokenError
   * @throws UserAlreadyExistsError somebody else has the address meanwhile
   */
  async confirm(token: string, { request }: CallOptions): Promise<U> {
    const row = await this.#rowOf(this.confirmTokens, token);
    const email = row.pendingEmail ?? '';
    const canonical = canonicalEmail(email);
    if (canonical === undefined) throw new BadEmailChangeTokenError();
    const changes = { email, canonicalEmail: canonical, isVerified: true, pendingEmail: null };
    const updated = await this.#update(row, changes, request);

    const user = hideSecrets(updated);
    const changed = row.isVerified ? ['email'] : ['email', 'isVerified'];
    await this.events.emit(new UserUpdatedEvent(user, changed, request));
    await this.events.emit(new UserEmailChangedEvent(user, row.email, request));
    return user;
  }

  /** Forgets the pending address. @throws BadEmailChangeTokenError */
  async cancel(token: string, { request }: CallOptions): Promise<void> {
    const row = await this.#rowOf(this.cancelTokens, token);
    const updated = await this.#update(row, { pendingEmail: null }, request);
    await this.events.emit(new UserEmailChangeCancelledEvent(hideSecrets(updated), request));
  }

  async #rowOf(
    tokens: ConfirmEmailChangeTokens | CancelEmailChangeTokens,
    token: string,
  ): Promise<U> {
    const row = await rowOfToken(this.adapter, tokens, token);
    if (!row?.isActive || row.pendingEmail === null) throw new BadEmailChangeTokenError();
    return row;
  }

  /** Writes if nothing of what the token is bound to has changed: of several at once, one succeeds. */
  async #update(
    row: U,
    changes: UserChanges<BaseUser>,
    request: CallOptions['request'],
  ): Promise<U> {
    const { securityStamp, canonicalEmail: current, pendingEmail } = row;
    const expected = { securityStamp, canonicalEmail: current, pendingEmail, isActive: true };
    try {
      const columns = changes as UserChanges<U>;
      const updated = await this.work.update(row, columns, { expected }, request);
      if (updated) return updated;
    } catch (error) {
      if (!(error instanceof UserAlreadyExistsError)) throw error;
      throw new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS');
    }
    throw new BadEmailChangeTokenError();
  }
}
