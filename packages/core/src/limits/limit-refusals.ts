import type { BaseUser } from '../users/user.js';
import type { AttemptKind, FailureKind, Sender } from './attempt-limits.js';
import type { MailKind } from './mail-limits.js';

/** What a limit has refused. */
export interface LimitRefusal {
  readonly limit: AttemptKind | FailureKind | MailKind;
  /** Whose budget is used up. */
  readonly by: 'account' | 'client' | 'session';
  /** The account as it was typed. */
  readonly email?: string;
  /** The account, where its row is known. */
  readonly user?: BaseUser;
  readonly request?: Sender | undefined;
}

/** Hears what limits refuse: a port, for limits know nobody who could listen. */
export abstract class LimitRefusals {
  abstract tell(refusal: LimitRefusal): void;
}
