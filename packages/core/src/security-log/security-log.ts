/**
 * What happened. Part of the public contract: a name is never renamed or removed outside of a major
 * version.
 *
 * @publicApi
 */
export type SecurityEventName =
  | 'access.denied'
  | 'account.claimed'
  | 'account.created'
  | 'account.deleted'
  | 'account.exported'
  | 'email_change.cancelled'
  | 'email_change.requested'
  | 'email.changed'
  | 'limit.reached'
  | 'login.failed'
  | 'login.succeeded'
  | 'logout.succeeded'
  | 'password.changed'
  | 'password.confirmation_failed'
  | 'password.reset'
  | 'password.reset_requested'
  | 'privileges.changed'
  | 'session.ended'
  | 'sessions.revoked'
  | 'token.reused'
  | 'verification.requested'
  | 'verification.succeeded';

/**
 * One record of the security log. Every field is always there, and what is not known is `null`. No
 * text of a client is in it but the user agent; that has no control characters, and at most 255
 * characters in all.
 *
 * @publicApi
 */
export interface SecurityRecord {
  /** What happened. */
  readonly event: SecurityEventName;
  /** `failure` for what was refused, and for a token that came twice. */
  readonly outcome: 'success' | 'failure';
  /** UTC, ISO 8601, to the millisecond. */
  readonly occurredAt: string;
  /** Name of the module: an application may have several, each with its own users. */
  readonly module: string;
  /** Whom it is about. */
  readonly userId: string | null;
  /**
   * Whose credential the request carried: the user's own, or a superuser's. `null` where nobody was
   * logged in: for a login, a link out of a mail, a call from code.
   */
  readonly actorId: string | null;
  /**
   * Of what was typed as address where a login failed or was limited: a keyed digest, the same for all
   * spellings of one address. It tells apart and finds again, and no more: people type passwords there.
   */
  readonly account: string | null;
  /** The platform's `request.ip`; mind "trust proxy". */
  readonly address: string | null;
  /** What the client called itself: any text at all. */
  readonly userAgent: string | null;
  /** Name of the backend, where the event or the credential of the request has one. */
  readonly backend: string | null;
  /** Why it was refused: a word of the library's own. */
  readonly reason: string | null;
  /**
   * What the event alone has: the rights that changed, the session that ended, the limit. `repeated`: so
   * many of the same were left out since the record before, of what a client can repeat at will.
   * `othersLeftOut`: so many of others were, beyond those that can be told apart.
   */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Where security records go: a port. They are written after the answer, in no strict order, and a throw
 * is logged like that of any listener; what runs at a shutdown is waited for.
 *
 * @example
 * class SiemLog extends SecurityLog {
 *   async write(record: SecurityRecord) { await this.siem.send(record); }
 * }
 * UsersModule.forRoot({ …, securityLog: new SiemLog(siem) })
 * @publicApi
 */
export abstract class SecurityLog {
  /** Keeps a record, or sends it away. */
  abstract write(record: SecurityRecord): void | Promise<void>;
}
