/**
 * What a token says of its user: what `@CurrentUser()` gives where there is no row. Nothing but whom, for
 * tokens carry no address and no rights.
 *
 * @publicApi
 */
export class VerifiedUser {
  /** The session of the token, where its backend stores sessions. */
  declare readonly sessionId?: string;

  /** @internal */
  constructor(
    /** The user's id, as text. */
    readonly id: string,
    /** Name of the backend that made the token. */
    readonly backend: string,
    /** When the token was made. */
    readonly issuedAt: Date,
    /** When it ends. */
    readonly expiresAt: Date,
    sessionId: string | undefined,
  ) {
    if (sessionId !== undefined) this.sessionId = sessionId;
    Object.freeze(this);
  }
}
