/** Whether a part answers. @publicApi */
export type PartStatus = 'up' | 'down';

/** Of a part that another one stands in for, or that has too much to do. @publicApi */
export type SteadyStatus = 'up' | 'degraded';

/** How the parts of a module are. No text of a driver, no address, no secret. @publicApi */
export interface UsersHealth {
  /** `down` if logins or requests fail: the database, or a store of sessions, does not answer. */
  readonly status: PartStatus;
  /** The user adapter. */
  readonly database: PartStatus;
  /** The stores of sessions, by the names of their backends; empty where no backend has one. */
  readonly sessions: Readonly<Record<string, PartStatus>>;
  /** The `rateLimitStore`; while it is away each process counts for itself. */
  readonly limits: SteadyStatus;
  /** The threads of the hasher: `degraded` while their queue is full, and logins are answered 503. */
  readonly hashing: SteadyStatus;
  /** Passwords that wait for a thread; 0 where the hasher does not tell. */
  readonly hashesWaiting: number;
}
