import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import type { UserAdapter } from '../users/user.adapter.js';
import type { UserId } from '../users/user.js';
import { UserNotFoundError } from '../users/users.errors.js';

/** The id in a path; text that is no id names nobody. */
@Injectable()
export class UserIdPipe implements PipeTransform<unknown, UserId> {
  constructor(@Inject(USERS_ADAPTER) private readonly adapter: UserAdapter) {}

  transform(text: unknown): UserId {
    const id = this.adapter.parseId(text);
    if (id === undefined) throw new UserNotFoundError();
    return id;
  }
}
