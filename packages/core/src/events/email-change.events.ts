import type { BaseUser } from '../users/user.js';
import { hide, type OriginalRequest, UserEvent } from './users.events.js';

/**
 * A user wants another address, which takes the old one's place once it is confirmed. Two mails are
 * due: the confirmation to the new address, and the notice with the way to cancel to the old one.
 *
 * @publicApi
 */
export class UserEmailChangeRequestedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  /** Confirms the change: send it to {@link newEmail}, and nowhere else. Not enumerable. */
  declare readonly token: string;
  /** Cancels the change: send it to `user.email`. Not enumerable. */
  declare readonly cancelToken: string;

  constructor(
    user: U,
    /** The address that is to be the user's, in the spelling given. */
    readonly newEmail: string,
    tokens: { readonly confirm: string; readonly cancel: string },
    request?: OriginalRequest,
  ) {
    super(user, request);
    hide(this, 'token', tokens.confirm);
    hide(this, 'cancelToken', tokens.cancel);
  }
}

/** A change of address that was under way was cancelled from the old address. @publicApi */
export class UserEmailChangeCancelledEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/**
 * The user has another address now, whoever changed it and in whatever way. Tell the old one (OWASP
 * ASVS 5.0, 6.3.7).
 *
 * @publicApi
 */
export class UserEmailChangedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** The address until now, as its owner spelled it. */
    readonly previousEmail: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/**
 * Somebody wanted to register with, or to change to, the address that is this user's, and was not
 * told that it is taken (see `registration: 'generic'`). Tell its owner, who may just have forgotten
 * that there is an account.
 *
 * @publicApi
 */
export class UserEmailClaimedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
