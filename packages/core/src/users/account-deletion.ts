import { Inject, Injectable } from '@nestjs/common';
import { BeforeUserDeleteEvent } from '../events/before-users.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserDeletedEvent } from '../events/users.events.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { UnitOfWork } from './unit-of-work.js';
import { copyUser } from './user-copy.js';
import type { DeleteUserOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import { UserWriter } from './user-writer.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { UserNotFoundError } from './users.errors.js';

/** How users go. */
@Injectable()
export class AccountDeletion<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(UserWriter) private readonly writer: UserWriter<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** See `UsersService.delete`. */
  async delete(id: U['id'], options: DeleteUserOptions): Promise<void> {
    const { request, allowLastSuperuser = false, confirmation } = options;
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    if (confirmation) await this.writer.confirm(row, confirmation, request);
    const { securityStamp } = row;
    const user = hideSecrets(copyUser(row));
    await this.events.ask(new BeforeUserDeleteEvent(user, request));
    const isDeleted = await this.work.delete(
      user,
      {
        keepSuperuser: !allowLastSuperuser,
        // The password that was confirmed must still be the account's.
        ...(confirmation && { expected: { securityStamp } }),
      },
      request,
    );
    if (!isDeleted) throw await this.writer.whyNot(id, confirmation);
    await this.events.emit(new UserDeletedEvent(user, request));
  }
}
