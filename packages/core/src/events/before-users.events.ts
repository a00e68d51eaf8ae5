import type { BaseUser, OwnFields, PrivilegeField } from '../users/user.js';
import { type OriginalRequest, UserEvent, UsersEvent } from './users.events.js';

/** What a listener of {@link BeforeUserRegisterEvent} may change. @publicApi */
export type RegistrationInput<U extends BaseUser = BaseUser> = {
  email: string;
} & Partial<Pick<BaseUser, PrivilegeField>> &
  OwnFields<U>;

/**
 * A user is about to be created. A listener refuses by throwing, and may change `input` (the
 * address is checked again afterwards): the place for invitations, which admit an address, and say
 * what its owner is from the start.
 *
 * @publicApi
 */
export class BeforeUserRegisterEvent<U extends BaseUser = BaseUser> extends UsersEvent {
  constructor(
    /** What the row will be made of, the password excepted. */
    readonly input: RegistrationInput<U>,
    request?: OriginalRequest,
  ) {
    super(request);
  }
}

/** The password was right and the user is active; the credential is not made yet. @publicApi */
export class BeforeUserLoginEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** Name of the backend. */
    readonly backend: string,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/** Fields of a user are about to be written. @publicApi */
export class BeforeUserUpdateEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  constructor(
    user: U,
    /** The new values, the password excepted. */
    readonly changes: Readonly<Record<string, unknown>>,
    request?: OriginalRequest,
  ) {
    super(user, request);
  }
}

/** A user is about to be deleted. @publicApi */
export class BeforeUserDeleteEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
