import { copyUser } from '../users/user-copy.js';
import type { BaseUser } from '../users/user.js';
import { hide, type OriginalRequest, UsersEvent, withoutSecrets } from './users.events.js';

/**
 * Something that was refused. Only listeners of these classes hear them, for there are as many as
 * strangers like: a listener of {@link UsersEvent} hears none of them.
 *
 * No answer waits for their listeners, not even with `awaitListeners`: how long they take must not tell
 * a stranger anything.
 *
 * @publicApi
 */
export abstract class UserRefusalEvent<U extends BaseUser = BaseUser> extends UsersEvent {
  /** Whom it is about, without hash and stamp, where that is known: this listener's own copy. */
  readonly user: U | null;

  constructor(user: U | null, request?: OriginalRequest) {
    super(request);
    this.user = user && withoutSecrets(user);
  }

  /** @internal */
  override copy(): this {
    return Object.defineProperty(super.copy(), 'user', {
      value: this.user && copyUser(this.user),
      enumerable: true,
    });
  }
}

/**
 * Why a login was refused. `changed`: the password was right, and the account was deactivated, deleted
 * or given another password meanwhile. `vetoed`: a `@BeforeUserLogin()` listener has thrown.
 *
 * @publicApi
 */
export type LoginFailure =
  'unknown_account' | 'wrong_password' | 'inactive' | 'unverified' | 'changed' | 'vetoed';

/**
 * A login was refused, or a call of `UsersService.authenticate`. What a limit has refused is a
 * {@link UserLimitReachedEvent} instead.
 *
 * @publicApi
 */
export class UserLoginFailedEvent<U extends BaseUser = BaseUser> extends UserRefusalEvent<U> {
  /** What was typed as address, of any length: people type passwords there. Not enumerable. */
  declare readonly email: string;

  constructor(
    user: U | null,
    /** Why: for the operator. Who tries to log in must not hear it. */
    readonly reason: LoginFailure,
    /** Name of the backend; `null` where code called without one. */
    readonly backend: string | null,
    email: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
    hide(this, 'email', email);
  }
}

/**
 * A user has given a wrong current password before a change or a deletion that demands it. Whoever did
 * has their credential: the owner, or somebody at an open browser.
 *
 * @publicApi
 */
export class UserConfirmationFailedEvent<
  U extends BaseUser = BaseUser,
> extends UserRefusalEvent<U> {
  /** Whose password it should have been. */
  declare readonly user: U;
}

/** What is limited. @publicApi */
export type LimitKind =
  | 'password'
  | 'registration'
  | 'mail'
  | 'token'
  | 'refresh'
  | 'forgot-password'
  | 'verification'
  | 'email-change'
  | 'email-claimed';

/**
 * Something was tried too often: a password, a registration, a token; or mails for one account, of
 * which the client hears nothing. `user` is known of mails alone.
 *
 * @publicApi
 */
export class UserLimitReachedEvent<U extends BaseUser = BaseUser> extends UserRefusalEvent<U> {
  /** The address of the account that is limited, as it was typed. Not enumerable. */
  declare readonly email: string | null;

  constructor(
    user: U | null,
    /** What was limited. */
    readonly limit: LimitKind,
    /** Whose budget is used up. `session`: that of refresh tokens of one session that has ended. */
    readonly by: 'account' | 'client' | 'session',
    email: string | null,
    request?: OriginalRequest,
  ) {
    super(user, request);
    hide(this, 'email', email);
  }
}

/** What a user lacks. @publicApi */
export type LackingRight = 'superuser' | 'verified';

/** A user was refused by the guard: 403. @publicApi */
export class UserAccessDeniedEvent<U extends BaseUser = BaseUser> extends UserRefusalEvent<U> {
  /** Who was refused. */
  declare readonly user: U;

  constructor(
    user: U,
    /** What the route demands and the user is not. */
    readonly lacks: LackingRight,
    /** Name of the backend whose credential the call carried. */
    readonly backend: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}
