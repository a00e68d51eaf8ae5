import { Inject, Injectable } from '@nestjs/common';
import { DuringUserExportEvent, UserExportedEvent } from '../events/user-export.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { USERS_ADAPTER } from './required-adapter.js';
import type { CallOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { UserNotFoundError } from './users.errors.js';

/** What is known about a user. @publicApi */
export interface UserExport<U extends BaseUser = BaseUser> {
  /** The user, without hash and stamp. */
  readonly user: U;
  /** What `@DuringUserExport()` listeners have added, by the names of their sections. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/** Collects what an application knows about a user, for the user. */
@Injectable()
export class UserDataExport<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** See `UsersService.exportData`. */
  async collect(id: U['id'], { request }: CallOptions): Promise<UserExport<U>> {
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    const user = hideSecrets(row);
    const sections = new Map<string, unknown>();
    await this.events.ask(new DuringUserExportEvent(user, sections, request));
    await this.events.emit(new UserExportedEvent(user, request));
    return { user, sections: Object.fromEntries(sections) };
  }
}
