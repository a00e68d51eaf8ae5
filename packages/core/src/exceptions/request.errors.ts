import { UsersError } from '../users/users.errors.js';

/** No credential, or none that is good. @publicApi */
export class UnauthorizedError extends UsersError {
  constructor() {
    super('UNAUTHORIZED', 'Log in first.');
  }
}

/** The user is known and may not do this. @publicApi */
export class ForbiddenError extends UsersError {
  constructor(message = 'You may not do this.') {
    super('FORBIDDEN', message);
  }
}

/**
 * A request that carries a cookie, or would be given one, and does not prove that it comes from this
 * site's own pages. Clients other than browsers may claim it: no other site can make them send
 * anything, and no page can set `Sec-Fetch-Site`.
 *
 * @publicApi
 */
export class CsrfRejectedError extends UsersError {
  constructor() {
    super(
      'CSRF_REJECTED',
      'The request does not say that a page of this site sent it. Pages: send it from the same ' +
        'origin, or list theirs in trustedOrigins of the CookieTransport. Other clients than ' +
        "browsers: send the header 'Sec-Fetch-Site: same-origin', or use a bearer backend.",
    );
  }
}

/** No backend of this name can do this. @publicApi */
export class BackendNotFoundError extends UsersError {
  constructor() {
    super('BACKEND_NOT_FOUND', 'There is no such backend.');
  }
}

/** The user has no such session, or it has ended already. @publicApi */
export class SessionNotFoundError extends UsersError {
  constructor() {
    super('SESSION_NOT_FOUND', 'There is no such session.');
  }
}

/** The body is of another media type than the route reads. @publicApi */
export class UnsupportedMediaTypeError extends UsersError {
  constructor(accepted: readonly string[]) {
    super('UNSUPPORTED_MEDIA_TYPE', `Send the body as ${accepted.join(' or ')}.`);
  }
}

/** The body is larger than any honest one. @publicApi */
export class PayloadTooLargeError extends UsersError {
  constructor() {
    super('PAYLOAD_TOO_LARGE', 'The body is too large.');
  }
}

/** The body is nested too deeply, or has too many fields. @publicApi */
export class MalformedBodyError extends UsersError {
  constructor() {
    super('MALFORMED_BODY', 'The body is nested too deeply or has too many fields.');
  }
}
