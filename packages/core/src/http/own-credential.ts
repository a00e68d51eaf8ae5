import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthBackend } from '../auth/auth-backend.js';
import { AuthService } from '../auth/auth.service.js';
import { authenticationOf } from '../auth/current-authentication.js';
import type { OriginalRequest } from '../events/users.events.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import { setHeaders } from '../exceptions/to-exception.js';
import type { BaseUser } from '../users/user.js';
import { BadCredentialsError } from '../users/users.errors.js';
import { send } from './send.js';

/** The credential that a request was made with: to be replaced, or to be forgotten by the client. */
@Injectable()
export class OwnCredential {
  constructor(
    @Inject(AuthService) private readonly auth: AuthService,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /**
   * All credentials of the user have ended, the caller's too: here is another one. Cookies go on the
   * response.
   *
   * @returns what belongs into the body; nothing for a backend that makes no credentials
   * @throws UnauthorizedError if somebody else has ended all credentials since, or locked the user out
   */
  async renew(user: BaseUser, request: OriginalRequest, response: unknown): Promise<object> {
    const backend = this.#backendOf(request);
    if (!backend) return {};
    try {
      const { headers, body = {} } = await this.auth.issue(user, backend.name, request);
      send(this.host, response, { headers });
      return body;
    } catch (error) {
      if (!(error instanceof BadCredentialsError)) throw error;
      setHeaders(this.host, response, { 'WWW-Authenticate': this.auth.challenge() });
      throw new UnauthorizedError();
    }
  }

  /** Makes the client forget a credential that has ended. */
  forget(request: OriginalRequest, response: unknown): void {
    const backend = this.#backendOf(request);
    if (backend) send(this.host, response, backend.transport.logout(request));
  }

  #backendOf(request: OriginalRequest): AuthBackend | undefined {
    const name = authenticationOf(request)?.backend;
    const backend = name === undefined ? undefined : this.auth.backend(name);
    return backend instanceof AuthBackend ? backend : undefined;
  }
}
