import type { Session } from '../sessions/session.js';
import type { BaseUser } from '../users/user.js';
import { type OriginalRequest, UserEvent } from './users.events.js';

/** One session was ended from the list of sessions, by its owner, a superuser or code. @publicApi */
export class UserSessionEndedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** The session that has ended, with its user agent and address. */
    readonly session: Session,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/**
 * Every credential of the user was ended at once: "log out everywhere", by the user, a superuser or
 * code. A new password and a deactivation do the same, and have events of their own.
 *
 * @publicApi
 */
export class UserSessionsRevokedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
