import {
  UserEmailChangeCancelledEvent,
  UserEmailChangedEvent,
  UserEmailChangeRequestedEvent,
  UserEmailClaimedEvent,
} from '../events/email-change.events.js';
import {
  UserAccessDeniedEvent,
  UserConfirmationFailedEvent,
  UserLimitReachedEvent,
  UserLoginFailedEvent,
} from '../events/refusal.events.js';
import {
  UserSessionEndedEvent,
  UserSessionsRevokedEvent,
  UserTokenReusedEvent,
} from '../events/session.events.js';
import { UserExportedEvent } from '../events/user-export.events.js';
import {
  UserDeletedEvent,
  UserForgotPasswordEvent,
  UserLoggedInEvent,
  UserLoggedOutEvent,
  UserPasswordChangedEvent,
  UserPasswordResetEvent,
  UserRegisteredEvent,
  type UsersEvent,
  UserUpdatedEvent,
} from '../events/users.events.js';
import {
  UserVerificationRequestedEvent,
  UserVerifiedEvent,
} from '../events/verification.events.js';
import type { BaseUser } from '../users/user.js';
import { changedRights } from './changed-rights.js';
import type { SecurityEventName, SecurityRecord } from './security-log.js';

/** What an event of a class means, beside what all events have in common. */
export interface Description extends Partial<
  Pick<SecurityRecord, 'backend' | 'details' | 'reason'>
> {
  readonly event: SecurityEventName;
  /** Default `success`. */
  readonly outcome?: SecurityRecord['outcome'];
  /** What was typed as address. */
  readonly email?: string | null;
  /** Whose credential the request carried, where the guard has not said it. */
  readonly actor?: BaseUser;
}

type Describe<E> = (event: E) => Description | undefined;

/** By its exact class, for a subclass means something else. What stands not here is not recorded. */
const ENTRIES = [
  on(UserRegisteredEvent, ({ user }: UserRegisteredEvent) => ({
    event: 'account.created',
    // Who is created with rights has been given them.
    details: grantedRights(user),
  })),
  on(UserDeletedEvent, 'account.deleted'),
  on(UserExportedEvent, 'account.exported'),
  on(UserEmailClaimedEvent, 'account.claimed'),
  on(UserLoggedInEvent, ({ backend }) => ({ event: 'login.succeeded', backend })),
  on(UserLoggedOutEvent, ({ user, backend }) => ({
    event: 'logout.succeeded',
    backend,
    actor: user,
  })),
  on(UserForgotPasswordEvent, 'password.reset_requested'),
  on(UserPasswordResetEvent, 'password.reset'),
  on(UserPasswordChangedEvent, 'password.changed'),
  on(UserVerificationRequestedEvent, 'verification.requested'),
  on(UserVerifiedEvent, 'verification.succeeded'),
  on(UserEmailChangeRequestedEvent, 'email_change.requested'),
  on(UserEmailChangeCancelledEvent, 'email_change.cancelled'),
  on(UserEmailChangedEvent, ({ user }: UserEmailChangedEvent) => ({
    event: 'email.changed',
    details: { isVerified: user.isVerified },
  })),
  on(UserUpdatedEvent, (event: UserUpdatedEvent) => {
    const details = changedRights(event);
    return Object.keys(details).length > 0 ? { event: 'privileges.changed', details } : undefined;
  }),
  on(UserSessionEndedEvent, ({ session }) => ({
    event: 'session.ended',
    backend: session.backend,
    details: { sessionId: session.id },
  })),
  on(UserTokenReusedEvent, ({ session }) => ({
    ...failed('token.reused'),
    backend: session.backend,
    details: { sessionId: session.id },
  })),
  on(UserSessionsRevokedEvent, 'sessions.revoked'),
  on(UserLoginFailedEvent, ({ backend, reason, email }) => ({
    ...failed('login.failed', reason),
    backend,
    email,
  })),
  on(UserConfirmationFailedEvent, () => failed('password.confirmation_failed', 'wrong_password')),
  on(UserLimitReachedEvent, ({ limit, by, email }) => ({
    ...failed('limit.reached', 'too_many_attempts'),
    email,
    details: { limit, by },
  })),
  on(UserAccessDeniedEvent, ({ user, backend, lacks }) => ({
    ...failed('access.denied', `not_${lacks}`),
    backend,
    actor: user,
  })),
];

const DESCRIPTIONS: ReadonlyMap<unknown, Describe<never>> = new Map(ENTRIES);

/** What an event means for the log; nothing, if it is none of its business. */
export function describeEvent(event: UsersEvent): Description | undefined {
  return DESCRIPTIONS.get(event.constructor)?.(event as never);
}

function grantedRights({ isSuperuser, isVerified }: BaseUser): Record<string, boolean> {
  return { ...(isSuperuser && { isSuperuser }), ...(isVerified && { isVerified }) };
}

function on<E extends UsersEvent>(
  type: abstract new (...args: never[]) => E,
  say: SecurityEventName | Describe<E>,
): [unknown, Describe<never>] {
  return [type, typeof say === 'string' ? () => ({ event: say }) : say];
}

function failed(event: SecurityEventName, reason: string | null = null): Description {
  return { event, outcome: 'failure', reason };
}
