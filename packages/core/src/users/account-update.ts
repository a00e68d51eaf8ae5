import { Inject, Injectable } from '@nestjs/common';
import { BeforeUserUpdateEvent } from '../events/before-users.events.js';
import { UserEmailChangedEvent } from '../events/email-change.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserPasswordChangedEvent, UserUpdatedEvent } from '../events/users.events.js';
import { EmailChange } from './email-change.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { copyUser } from './user-copy.js';
import type { UpdateUserInput, UpdateUserOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import { planUpdate } from './user-update.js';
import { UserWriter } from './user-writer.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { UserNotFoundError } from './users.errors.js';
import { USERS_POLICY, type UsersPolicy } from './users.policy.js';

/** How users are changed. */
@Injectable()
export class AccountUpdate<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UserWriter) private readonly writer: UserWriter<U>,
    @Inject(EmailChange) private readonly emailChange: EmailChange<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(USERS_POLICY) private readonly policy: UsersPolicy,
  ) {}

  /** See `UsersService.update`. */
  async update(id: U['id'], input: UpdateUserInput<U>, options: UpdateUserOptions): Promise<U> {
    const { safe: isSafe = false, request, confirmation } = options;
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    const isEmailConfirmed = isSafe && this.policy.emailChange === 'confirmed';
    const plan = planUpdate(row, input, { isSafe, isEmailConfirmed });
    if (Object.keys(plan.columns).length === 0) return hideSecrets(row);

    const shown = hideSecrets(copyUser(row));
    await this.events.ask(new BeforeUserUpdateEvent(shown, plan.proposal, request));
    const { pendingEmail } = plan;
    const caller = { ...(request && { request }) };
    const isNewAddress = pendingEmail !== undefined || plan.columns.canonicalEmail !== undefined;
    const admit = async (): Promise<void> => {
      if (isSafe && isNewAddress) await this.emailChange.admit(row, pendingEmail, caller);
    };
    const updated = await this.writer.write(row, plan, confirmation, admit, request);

    if (pendingEmail !== undefined) await this.emailChange.announce(updated, pendingEmail, caller);
    const user = hideSecrets(updated);
    if (plan.changes.length > 0) {
      await this.events.emit(new UserUpdatedEvent(user, plan.changes, request));
    }
    if (plan.columns.canonicalEmail !== undefined) {
      await this.events.emit(new UserEmailChangedEvent(user, row.email, request));
    }
    if (plan.password !== undefined) {
      await this.events.emit(new UserPasswordChangedEvent(user, request));
    }
    return user;
  }
}
