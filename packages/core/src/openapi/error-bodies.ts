import {
  BackendNotFoundError,
  CsrfRejectedError,
  ForbiddenError,
  MalformedBodyError,
  PayloadTooLargeError,
  SessionNotFoundError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from '../exceptions/request.errors.js';
import { UsersException } from '../exceptions/users.exception.js';
import {
  BadCredentialsError,
  BadCurrentPasswordError,
  BadEmailChangeTokenError,
  BadResetTokenError,
  BadVerificationTokenError,
  InvalidPasswordError,
  InvalidUserDataError,
  LastSuperuserError,
  ServiceUnavailableError,
  TooManyAttemptsError,
  UserAlreadyExistsError,
  UserAlreadyVerifiedError,
  UserNotFoundError,
  UserNotVerifiedError,
  type UsersError,
  type UsersErrorCode,
} from '../users/users.errors.js';

const REASON = 'Choose a password of at least 8 characters.';

const ERRORS: Readonly<Record<UsersErrorCode, UsersError>> = {
  BACKEND_NOT_FOUND: new BackendNotFoundError(),
  CHANGE_EMAIL_BAD_TOKEN: new BadEmailChangeTokenError(),
  CSRF_REJECTED: new CsrfRejectedError(),
  FORBIDDEN: new ForbiddenError(),
  LAST_SUPERUSER: new LastSuperuserError(),
  LOGIN_BAD_CREDENTIALS: new BadCredentialsError(),
  LOGIN_USER_NOT_VERIFIED: new UserNotVerifiedError(),
  MALFORMED_BODY: new MalformedBodyError(),
  PAYLOAD_TOO_LARGE: new PayloadTooLargeError(),
  REGISTER_INVALID_PASSWORD: new InvalidPasswordError(REASON, 'REGISTER_INVALID_PASSWORD'),
  REGISTER_USER_ALREADY_EXISTS: new UserAlreadyExistsError('REGISTER_USER_ALREADY_EXISTS'),
  RESET_PASSWORD_BAD_TOKEN: new BadResetTokenError(),
  RESET_PASSWORD_INVALID_PASSWORD: new InvalidPasswordError(
    REASON,
    'RESET_PASSWORD_INVALID_PASSWORD',
  ),
  SERVICE_UNAVAILABLE: new ServiceUnavailableError(),
  SESSION_NOT_FOUND: new SessionNotFoundError(),
  TOO_MANY_ATTEMPTS: new TooManyAttemptsError(600),
  UNAUTHORIZED: new UnauthorizedError(),
  UNSUPPORTED_MEDIA_TYPE: new UnsupportedMediaTypeError(['application/json']),
  UPDATE_USER_BAD_CURRENT_PASSWORD: new BadCurrentPasswordError(),
  UPDATE_USER_EMAIL_ALREADY_EXISTS: new UserAlreadyExistsError('UPDATE_USER_EMAIL_ALREADY_EXISTS'),
  UPDATE_USER_INVALID_PASSWORD: new InvalidPasswordError(REASON, 'UPDATE_USER_INVALID_PASSWORD'),
  USER_NOT_FOUND: new UserNotFoundError(),
  VALIDATION_FAILED: new InvalidUserDataError([
    { field: 'email', messages: ['email must be one plain e-mail address'] },
  ]),
  VERIFY_USER_ALREADY_VERIFIED: new UserAlreadyVerifiedError(),
  VERIFY_USER_BAD_TOKEN: new BadVerificationTokenError(),
};

/** What an answer with this code looks like, made as the answers themselves are made. */
export function errorBody(code: UsersErrorCode): { readonly message: string } {
  return new UsersException(ERRORS[code]).getResponse() as { message: string };
}
