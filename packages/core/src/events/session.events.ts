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

/** An access token was replaced by means of a refresh token. @publicApi */
export class UserTokenRefreshedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** Name of the backend. */
    readonly backend: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/**
 * A refresh token was used a second time: the owner's or a thief's, nobody knows. The session has ended,
 * with all that belongs to it. Tell the owner (RFC 9700, 4.14.2).
 *
 * @publicApi
 */
export class UserTokenReusedEvent<U extends BaseUser = BaseUser> extends UserSessionEndedEvent<U> {}

/**
 * Every credential of the user was ended at once: "log out everywhere", by the user, a superuser or
 * code. A new password and a deactivation do the same, and have events of their own.
 *
 * @publicApi
 */
export class UserSessionsRevokedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
