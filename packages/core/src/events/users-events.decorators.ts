import {
  BeforeUserDeleteEvent,
  BeforeUserLoginEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
} from './before-users.events.js';
import {
  DuringUserDeleteEvent,
  DuringUserRegisterEvent,
  DuringUserUpdateEvent,
} from './during-users.events.js';
import {
  UserEmailChangeCancelledEvent,
  UserEmailChangedEvent,
  UserEmailChangeRequestedEvent,
  UserEmailClaimedEvent,
} from './email-change.events.js';
import { addListenerMetadata, type EventType, type ListenerOptions } from './listener.js';
import {
  UserAccessDeniedEvent,
  UserConfirmationFailedEvent,
  UserLimitReachedEvent,
  UserLoginFailedEvent,
} from './refusal.events.js';
import {
  UserSessionEndedEvent,
  UserSessionsRevokedEvent,
  UserTokenRefreshedEvent,
  UserTokenReusedEvent,
} from './session.events.js';
import { DuringUserExportEvent, UserExportedEvent } from './user-export.events.js';
import {
  UserDeletedEvent,
  UserForgotPasswordEvent,
  UserLoggedInEvent,
  UserLoggedOutEvent,
  UserPasswordChangedEvent,
  UserPasswordResetEvent,
  UserRegisteredEvent,
  UserUpdatedEvent,
} from './users.events.js';
import { UserVerificationRequestedEvent, UserVerifiedEvent } from './verification.events.js';

/** A decorator for listener methods, with optional order and module. @publicApi */
export type ListenerDecorator = (options?: ListenerOptions) => MethodDecorator;

/**
 * Makes a listener decorator for an event class, in the same way as the library's own. For packages
 * and applications that emit their own events through {@link UsersEventBus}.
 *
 * @example
 * export const OnUserBanned = createListenerDecorator(UserBannedEvent);
 * @publicApi
 */
export function createListenerDecorator(event: EventType): ListenerDecorator {
  return (options = {}) =>
    (_target, _key, descriptor) => {
      addListenerMetadata(descriptor.value as object, { ...options, event });
    };
}

/**
 * Hears {@link UserRegisteredEvent}: send a welcome mail, tell your analytics. Like all `On…`
 * listeners it runs after the change is stored, is not awaited by the route, and may be sync or
 * async; what it throws is logged and changes nothing.
 *
 * @example
 * @OnUserRegistered()
 * async welcome({ user }: UserRegisteredEvent<User>) { await this.mailer.welcome(user.email); }
 * @publicApi
 */
export const OnUserRegistered = createListenerDecorator(UserRegisteredEvent);

/** Hears {@link UserForgotPasswordEvent}: mail the link with its token. @publicApi */
export const OnUserForgotPassword = createListenerDecorator(UserForgotPasswordEvent);

/** Hears {@link UserVerificationRequestedEvent}: mail the link with its token. @publicApi */
export const OnUserVerificationRequested = createListenerDecorator(UserVerificationRequestedEvent);

/** Hears {@link UserVerifiedEvent}. @publicApi */
export const OnUserVerified = createListenerDecorator(UserVerifiedEvent);

/**
 * Hears {@link UserEmailChangeRequestedEvent}: mail `token` to the new address, and `cancelToken` to
 * the old one.
 *
 * @example
 * @OnUserEmailChangeRequested()
 * async mail({ user, newEmail, token, cancelToken }: UserEmailChangeRequestedEvent<User>) {
 *   await this.mailer.confirmAddress(newEmail, token);
 *   await this.mailer.warnOfNewAddress(user.email, cancelToken);
 * }
 * @publicApi
 */
export const OnUserEmailChangeRequested = createListenerDecorator(UserEmailChangeRequestedEvent);

/** Hears {@link UserEmailChangeCancelledEvent}. @publicApi */
export const OnUserEmailChangeCancelled = createListenerDecorator(UserEmailChangeCancelledEvent);

/** Hears {@link UserEmailChangedEvent}: tell the previous address. @publicApi */
export const OnUserEmailChanged = createListenerDecorator(UserEmailChangedEvent);

/** Hears {@link UserEmailClaimedEvent}: tell the owner that the address has an account. @publicApi */
export const OnUserEmailClaimed = createListenerDecorator(UserEmailClaimedEvent);

/** Hears {@link UserPasswordResetEvent}. @publicApi */
export const OnUserPasswordReset = createListenerDecorator(UserPasswordResetEvent);

/** Hears {@link UserPasswordChangedEvent}. @publicApi */
export const OnUserPasswordChanged = createListenerDecorator(UserPasswordChangedEvent);

/** Hears {@link UserUpdatedEvent}. @publicApi */
export const OnUserUpdated = createListenerDecorator(UserUpdatedEvent);

/** Hears {@link UserLoggedInEvent}. @publicApi */
export const OnUserLoggedIn = createListenerDecorator(UserLoggedInEvent);

/**
 * Hears {@link UserLoginFailedEvent}: warn an owner, tell an alarm. Like all listeners of refusals it is
 * never awaited, and strangers decide how many it hears.
 *
 * @publicApi
 */
export const OnUserLoginFailed = createListenerDecorator(UserLoginFailedEvent);

/** Hears {@link UserConfirmationFailedEvent}. @publicApi */
export const OnUserConfirmationFailed = createListenerDecorator(UserConfirmationFailedEvent);

/** Hears {@link UserLimitReachedEvent}. @publicApi */
export const OnUserLimitReached = createListenerDecorator(UserLimitReachedEvent);

/** Hears {@link UserAccessDeniedEvent}. @publicApi */
export const OnUserAccessDenied = createListenerDecorator(UserAccessDeniedEvent);

/** Hears {@link UserLoggedOutEvent}. @publicApi */
export const OnUserLoggedOut = createListenerDecorator(UserLoggedOutEvent);

/** Hears {@link UserSessionEndedEvent}. @publicApi */
export const OnUserSessionEnded = createListenerDecorator(UserSessionEndedEvent);

/** Hears {@link UserTokenRefreshedEvent}. @publicApi */
export const OnUserTokenRefreshed = createListenerDecorator(UserTokenRefreshedEvent);

/** Hears {@link UserTokenReusedEvent}: warn the owner. @publicApi */
export const OnUserTokenReused = createListenerDecorator(UserTokenReusedEvent);

/** Hears {@link UserSessionsRevokedEvent}. @publicApi */
export const OnUserSessionsRevoked = createListenerDecorator(UserSessionsRevokedEvent);

/** Hears {@link UserDeletedEvent}. @publicApi */
export const OnUserDeleted = createListenerDecorator(UserDeletedEvent);

/** Hears {@link UserExportedEvent}. @publicApi */
export const OnUserExported = createListenerDecorator(UserExportedEvent);

/**
 * Is asked before a user is created. Like all `Before…` listeners it is awaited, one after the
 * other in order, and refuses by throwing: an `HttpException` is the answer as it stands.
 *
 * @example
 * @BeforeUserRegister()
 * onlyStaff({ input }: BeforeUserRegisterEvent) {
 *   if (!input.email.endsWith('@example.org')) throw new ForbiddenException('Staff only.');
 * }
 * @publicApi
 */
export const BeforeUserRegister = createListenerDecorator(BeforeUserRegisterEvent);

/** Is asked before a credential is made. @publicApi */
export const BeforeUserLogin = createListenerDecorator(BeforeUserLoginEvent);

/** Is asked before fields of a user are written. @publicApi */
export const BeforeUserUpdate = createListenerDecorator(BeforeUserUpdateEvent);

/** Is asked before a user is deleted. @publicApi */
export const BeforeUserDelete = createListenerDecorator(BeforeUserDeleteEvent);

/**
 * Writes rows of its own in the transaction in which a user is inserted: both are stored, or none. Like
 * all `During…` listeners of writes it is awaited, one after the other in order, after the `Before…`
 * and before the `On…` listeners; a throw rolls everything back and is the answer (an `HttpException`
 * as it stands). The transaction may run again when others were in its way, and so the listener: what
 * a rollback cannot undo, a mail for instance, belongs into an `On…` listener. Nothing that belongs to
 * the transaction may be left without `await`.
 *
 * An application with such listeners does not boot on an adapter that has no transactions.
 *
 * @example
 * @DuringUserRegister()
 * async addProfile({ user, transaction }: DuringUserRegisterEvent<User, TypeOrmTransaction>) {
 *   await transaction.insert(Profile, { userId: user.id });
 * }
 * @publicApi
 */
export const DuringUserRegister = createListenerDecorator(DuringUserRegisterEvent);

/** Writes rows of its own in the transaction in which a user is changed, in whatever way. @publicApi */
export const DuringUserUpdate = createListenerDecorator(DuringUserUpdateEvent);

/** Writes or deletes rows of its own in the transaction in which a user is deleted. @publicApi */
export const DuringUserDelete = createListenerDecorator(DuringUserDeleteEvent);

/**
 * Is asked while a user's data is collected: adds a section. Awaited; a throw ends the export.
 *
 * @example
 * @DuringUserExport()
 * async addOrders(event: DuringUserExportEvent<User>) {
 *   event.add('orders', await this.orders.of(event.user.id));
 * }
 * @publicApi
 */
export const DuringUserExport = createListenerDecorator(DuringUserExportEvent);
