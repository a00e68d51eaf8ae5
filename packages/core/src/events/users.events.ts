import { copyUser } from '../users/user-copy.js';
import { type Client, clientOf } from './client-of.js';
import type { BaseUser } from '../users/user.js';

/**
 * The part of an HTTP request that every platform has. At run time it is the platform's own request
 * object (Express's `Request`, Fastify's `FastifyRequest`).
 *
 * @publicApi
 */
export interface OriginalRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip?: string | undefined;
}

/**
 * The base of all events. What could leak a secret through a log (`request`, `token`) is not
 * enumerable: it can be read and destructured, but `console.log`, `JSON.stringify` and `{...event}`
 * leave it out.
 *
 * @publicApi
 */
export abstract class UsersEvent {
  /** When it happened, by the clock of the process. */
  readonly occurredAt = new Date();
  /** The request behind it; absent when code called the service. Not enumerable. */
  declare readonly request?: OriginalRequest;

  constructor(request?: OriginalRequest) {
    hide(this, 'request', request);
  }

  /** Where the {@link request} came from, for logs and notices; of no request, nothing. */
  get client(): Client {
    return clientOf(this.request);
  }

  /** @internal A copy for one listener, so that none can alter what another sees. */
  copy(): this {
    const copy = Object.create(Object.getPrototypeOf(this) as object, {
      ...Object.getOwnPropertyDescriptors(this),
    }) as this;
    return Object.defineProperty(copy, 'occurredAt', { value: new Date(this.occurredAt) });
  }
}

const NO_SECRETS = { hashedPassword: undefined, securityStamp: undefined };

/** A copy for listeners: the application may have loaded the row itself, with all its columns. */
export function withoutSecrets<U extends BaseUser>(user: U): U {
  return Object.assign(copyUser(user), NO_SECRETS);
}

/** Something that happened to a user. @publicApi */
export abstract class UserEvent<U extends BaseUser = BaseUser> extends UsersEvent {
  /** The user, without hash and stamp: this listener's own copy. */
  readonly user: U;

  constructor(user: U, request?: OriginalRequest) {
    super(request);
    this.user = withoutSecrets(user);
  }

  /** @internal */
  override copy(): this {
    return Object.defineProperty(super.copy(), 'user', {
      value: copyUser(this.user),
      enumerable: true,
    });
  }
}

/** A user has registered, or code has created one. @publicApi */
export class UserRegisteredEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/** Somebody asked for a new password, and the address belongs to an active user. @publicApi */
export class UserForgotPasswordEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  /** What the reset route accepts: send it to `user.email`. Not enumerable. */
  declare readonly token: string;

  constructor(user: U, token: string, request?: OriginalRequest) {
    super(user, request);
    hide(this, 'token', token);
  }
}

/** The password was changed by a reset token. Emitted alone: no UserPasswordChangedEvent beside it. @publicApi */
export class UserPasswordResetEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/** The password was changed by its owner, a superuser or code. A good moment for a notice. @publicApi */
export class UserPasswordChangedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/** Columns have changed. Not emitted when an update changes nothing. @publicApi */
export class UserUpdatedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  /** Names of the changed fields; `password` is never among them. */
  readonly changes: readonly string[];

  constructor(user: U, changes: readonly string[], request?: OriginalRequest) {
    super(user, request);
    this.changes = Object.freeze([...changes]);
  }
}

/** A user has logged in and holds a new credential. @publicApi */
export class UserLoggedInEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** Name of the backend. */
    readonly backend: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/** A user has logged out at one backend. @publicApi */
export class UserLoggedOutEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** Name of the backend. */
    readonly backend: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/** The user's row is gone. @publicApi */
export class UserDeletedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/** Defines a property that logs and serialisers do not see. */
export function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: false });
}
