import { Inject, Injectable } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import type { Sender } from './attempt-limits.js';
import { LimitRefusals } from './limit-refusals.js';
import { MAIL_LIMIT, type MailLimit } from './mail-limit.options.js';
import { SteadyLimits } from './steady-limits.js';

/** What mails are about: each kind has a budget of its own, so that none can use up another's. */
export type MailKind = 'forgot-password' | 'verification' | 'email-change' | 'email-claimed';

/**
 * Bounds the mails that strangers can make an application send to one account, whatever addresses
 * the requests come from (OWASP Forgot Password Cheat Sheet).
 */
@Injectable()
export class MailLimits {
  constructor(
    @Inject(MAIL_LIMIT) private readonly limit: MailLimit,
    @Inject(SteadyLimits) private readonly limits: SteadyLimits,
    @Inject(LimitRefusals) private readonly refusals: LimitRefusals,
  ) {}

  /** Counts one more mail. @returns 0 if it may be sent; otherwise after how many seconds one may */
  async take(kind: MailKind, user: BaseUser, request: Sender | undefined): Promise<number> {
    if (this.limit.value === false) return 0;
    const key = `mail:${kind}:${this.limit.module}:${user.id}`;
    const seconds = await this.limits.take(key, this.limit.value);
    if (seconds > 0) this.refusals.tell({ limit: kind, by: 'account', user, request });
    return seconds;
  }
}
