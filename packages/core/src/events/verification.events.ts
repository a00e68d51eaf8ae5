import type { BaseUser } from '../users/user.js';
import { hide, type OriginalRequest, UserEvent } from './users.events.js';

/**
 * Somebody asked to prove the address of an account: it belongs to an active user and is not verified
 * yet.
 *
 * @publicApi
 */
export class UserVerificationRequestedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  /** What the verify route accepts: send it to `user.email`. Not enumerable. */
  declare readonly token: string;

  constructor(user: U, token: string, request?: OriginalRequest) {
    super(user, request);
    hide(this, 'token', token);
  }
}

/** The address was proven by a verification token. @publicApi */
export class UserVerifiedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
