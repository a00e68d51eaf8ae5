import type { OriginalRequest } from '../events/users.events.js';
import type { Backends } from './backends.js';

/** Who made a call, and by which backend's credential. @publicApi */
export interface Identification {
  /** A user's row, or what a token says of somebody whose row is elsewhere. */
  readonly user: object;
  readonly backend: string;
}

/** Options of {@link AuthService.authenticate}. @publicApi */
export interface AuthenticateOptions {
  /** Names of the backends to ask. Default: all. */
  backends?: readonly string[] | undefined;
}

/**
 * Whom {@link UsersAuthGuard} asks who somebody is: `AuthService`, or `TokenVerifier` in a service
 * without users. Its own token.
 *
 * @publicApi
 */
export abstract class Authenticator {
  /** Whether it knows of verified addresses and superusers; otherwise nobody passes such a demand. */
  abstract readonly knowsRights: boolean;

  /** @internal */
  abstract readonly backends: Backends;

  /** @returns `null` for nobody */
  abstract authenticate(
    request: OriginalRequest,
    options?: AuthenticateOptions,
  ): Promise<Identification | null>;
}
