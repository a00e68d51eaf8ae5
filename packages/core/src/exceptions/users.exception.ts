import { HttpException } from '@nestjs/common';
import {
  InvalidPasswordError,
  InvalidUserDataError,
  ServiceUnavailableError,
  TooManyAttemptsError,
  UsersError,
  type UsersErrorCode,
} from '../users/users.errors.js';

/** The status of each code. */
export const STATUS_OF_CODE: Readonly<Record<UsersErrorCode, number>> = {
  BACKEND_NOT_FOUND: 404,
  CHANGE_EMAIL_BAD_TOKEN: 400,
  CSRF_REJECTED: 403,
  FORBIDDEN: 403,
  LAST_SUPERUSER: 409,
  LOGIN_BAD_CREDENTIALS: 400,
  LOGIN_USER_NOT_VERIFIED: 400,
  MALFORMED_BODY: 400,
  PAYLOAD_TOO_LARGE: 413,
  REGISTER_INVALID_PASSWORD: 400,
  REGISTER_USER_ALREADY_EXISTS: 400,
  RESET_PASSWORD_BAD_TOKEN: 400,
  RESET_PASSWORD_INVALID_PASSWORD: 400,
  SERVICE_UNAVAILABLE: 503,
  SESSION_NOT_FOUND: 404,
  TOO_MANY_ATTEMPTS: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UPDATE_USER_BAD_CURRENT_PASSWORD: 400,
  UPDATE_USER_EMAIL_ALREADY_EXISTS: 400,
  UPDATE_USER_INVALID_PASSWORD: 400,
  USER_NOT_FOUND: 404,
  VALIDATION_FAILED: 422,
  VERIFY_USER_ALREADY_VERIFIED: 400,
  VERIFY_USER_BAD_TOKEN: 400,
};

/** Names of the statuses, as Nest's own exceptions give them in `error`. */
export const PHRASE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/**
 * A {@link UsersError} as an HTTP answer: Nest's shape plus `code` (and `reason` or `errors`). Being
 * an `HttpException`, it goes through the application's own filters like any other.
 *
 * @publicApi
 */
export class UsersException extends HttpException {
  /** The stable code, as in the body. */
  readonly code: UsersErrorCode;
  /** Headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: UsersError) {
    const statusCode = STATUS_OF_CODE[error.code];
    super(
      {
        statusCode,
        code: error.code,
        message: error.message,
        error: PHRASE_OF_STATUS[statusCode],
        ...(error instanceof InvalidPasswordError && { reason: error.reason }),
        ...(error instanceof InvalidUserDataError && { errors: error.errors }),
      },
      statusCode,
    );
    this.code = error.code;
    this.headers =
      error instanceof ServiceUnavailableError || error instanceof TooManyAttemptsError
        ? { 'Retry-After': String(error.retryAfterSeconds) }
        : {};
  }
}
