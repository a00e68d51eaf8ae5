import type { RateLimit } from './rate-limit-store.js';

/** How many mails of a kind one account may be sent. */
export interface MailLimit {
  readonly value: RateLimit | false;
  /** Ids of two modules in one application may be equal. */
  readonly module: string;
}

/** Token of {@link MailLimit}. */
export const MAIL_LIMIT = Symbol('MAIL_LIMIT');
