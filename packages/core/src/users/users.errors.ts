/**
 * Every code that an answer or a {@link UsersError} may carry. Part of the public contract: a code
 * is never renamed or removed outside of a major version.
 *
 * @publicApi
 */
export type UsersErrorCode =
  | 'BACKEND_NOT_FOUND'
  | 'CHANGE_EMAIL_BAD_TOKEN'
  | 'CSRF_REJECTED'
  | 'FORBIDDEN'
  | 'LAST_SUPERUSER'
  | 'LOGIN_BAD_CREDENTIALS'
  | 'LOGIN_USER_NOT_VERIFIED'
  | 'MALFORMED_BODY'
  | 'PAYLOAD_TOO_LARGE'
  | 'REGISTER_INVALID_PASSWORD'
  | 'REGISTER_USER_ALREADY_EXISTS'
  | 'RESET_PASSWORD_BAD_TOKEN'
  | 'RESET_PASSWORD_INVALID_PASSWORD'
  | 'SERVICE_UNAVAILABLE'
  | 'SESSION_NOT_FOUND'
  | 'TOO_MANY_ATTEMPTS'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UPDATE_USER_BAD_CURRENT_PASSWORD'
  | 'UPDATE_USER_EMAIL_ALREADY_EXISTS'
  | 'UPDATE_USER_INVALID_PASSWORD'
  | 'USER_NOT_FOUND'
  | 'VALIDATION_FAILED'
  | 'VERIFY_USER_ALREADY_VERIFIED'
  | 'VERIFY_USER_BAD_TOKEN';

/**
 * The base of everything that the library throws on purpose: a stable `code` for programs and a
 * `message` for people.
 *
 * @publicApi
 */
export abstract class UsersError extends Error {
  constructor(
    /** What happened, for programs. */
    readonly code: UsersErrorCode,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** No user has this id or address. @publicApi */
export class UserNotFoundError extends UsersError {
  constructor() {
    super('USER_NOT_FOUND', 'There is no such user.');
  }
}

/** The address belongs to a user already, in whatever spelling. @publicApi */
export class UserAlreadyExistsError extends UsersError {
  constructor(
    code:
      | 'REGISTER_USER_ALREADY_EXISTS'
      | 'UPDATE_USER_EMAIL_ALREADY_EXISTS' = 'REGISTER_USER_ALREADY_EXISTS',
  ) {
    super(code, 'A user with this e-mail address exists already.');
  }
}

/** Which operation refused a password. @publicApi */
export type InvalidPasswordCode =
  'REGISTER_INVALID_PASSWORD' | 'RESET_PASSWORD_INVALID_PASSWORD' | 'UPDATE_USER_INVALID_PASSWORD';

/** The password policy refuses the password. @publicApi */
export class InvalidPasswordError extends UsersError {
  constructor(
    /** Why, in a sentence for the person who chose the password. */
    readonly reason: string,
    code: InvalidPasswordCode = 'REGISTER_INVALID_PASSWORD',
  ) {
    super(code, 'The password is not acceptable.');
  }
}

/** Unknown address, wrong password or inactive user: which of them is not told. @publicApi */
export class BadCredentialsError extends UsersError {
  constructor() {
    super('LOGIN_BAD_CREDENTIALS', 'The e-mail address or the password is wrong.');
  }
}

/**
 * The password is right, but the address is not proven yet, and this backend demands that
 * (`requireVerified`).
 *
 * @publicApi
 */
export class UserNotVerifiedError extends UsersError {
  constructor() {
    super('LOGIN_USER_NOT_VERIFIED', 'Verify your address first, by the link in our mail.');
  }
}

/** The current password, needed to confirm the change, is absent or wrong. @publicApi */
export class BadCurrentPasswordError extends UsersError {
  constructor() {
    super('UPDATE_USER_BAD_CURRENT_PASSWORD', 'The current password is missing or wrong.');
  }
}

const BAD_TOKEN =
  'The link is not valid any more. Ask for a new one and use it within its lifetime.';

/** The reset token is forged, expired, used, or its user has changed since. @publicApi */
export class BadResetTokenError extends UsersError {
  constructor() {
    super('RESET_PASSWORD_BAD_TOKEN', BAD_TOKEN);
  }
}

/** The verification token is forged or expired, or its user has another address now. @publicApi */
export class BadVerificationTokenError extends UsersError {
  constructor() {
    super('VERIFY_USER_BAD_TOKEN', BAD_TOKEN);
  }
}

/** The address is verified already. @publicApi */
export class UserAlreadyVerifiedError extends UsersError {
  constructor() {
    super('VERIFY_USER_ALREADY_VERIFIED', 'The address is verified already.');
  }
}

/**
 * The token is forged or expired, or the change of address that it is for was confirmed, cancelled or
 * replaced, or has died with a new password.
 *
 * @publicApi
 */
export class BadEmailChangeTokenError extends UsersError {
  constructor() {
    super('CHANGE_EMAIL_BAD_TOKEN', BAD_TOKEN);
  }
}

/** This was done too often. @publicApi */
export class TooManyAttemptsError extends UsersError {
  constructor(
    /** When to try again, in seconds. */
    readonly retryAfterSeconds: number,
  ) {
    super('TOO_MANY_ATTEMPTS', 'This was tried too often. Try again later.');
  }
}

/** The only active superuser would be lost. @publicApi */
export class LastSuperuserError extends UsersError {
  constructor() {
    super('LAST_SUPERUSER', 'This is the last active superuser. Appoint another one first.');
  }
}

/** One field that a model refuses, with a sentence for each rule it breaks. @publicApi */
export interface FieldError {
  /** Path of the field: `email`, `address.street`; empty for the body as a whole. */
  field: string;
  messages: string[];
}

/** Input that a model or the store refuses. @publicApi */
export class InvalidUserDataError extends UsersError {
  constructor(
    /** What is wrong, field by field. */
    readonly errors: readonly FieldError[],
  ) {
    super('VALIDATION_FAILED', 'The input is not valid.');
  }
}

/**
 * The database, the token store or the hasher cannot answer now; the same request may succeed later.
 * Nothing was changed, unless the database was lost in the midst of a write: that may stand all the
 * same, and its `@On…()` listeners have not heard of it.
 *
 * @publicApi
 */
export class ServiceUnavailableError extends UsersError {
  constructor(
    /** When to try again, in seconds. */
    readonly retryAfterSeconds = 1,
    /** What failed, in words without parameters or secrets: for logs, never for clients. */
    readonly detail = '',
  ) {
    super('SERVICE_UNAVAILABLE', 'The service cannot answer right now. Try again in a moment.');
  }
}
