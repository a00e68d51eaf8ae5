import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BaseUser } from '../users/user.js';
import { MAIL_LIMIT, type MailLimit } from './mail-limit.options.js';
import { MemoryRateLimitStore } from './memory.rate-limit-store.js';
import { type RateLimit, RateLimitStore } from './rate-limit-store.js';

/** What mails are about: each kind has a budget of its own, so that none can use up another's. */
export type MailKind = 'forgot-password' | 'verification' | 'email-change' | 'email-claimed';

/**
 * Bounds the mails that strangers can make an application send to one account, whatever addresses
 * the requests come from (OWASP Forgot Password Cheat Sheet).
 */
@Injectable()
export class MailLimits {
  readonly #logger = new Logger('MailLimits');
  readonly #ownStore = new MemoryRateLimitStore();
  #isStoreAway = false;

  constructor(
    @Inject(MAIL_LIMIT) private readonly limit: MailLimit,
    @Inject(RateLimitStore) private readonly store: RateLimitStore,
  ) {}

  /** Counts one more mail. @returns 0 if it may be sent; otherwise after how many seconds one may */
  async take(kind: MailKind, { id }: BaseUser): Promise<number> {
    if (this.limit.value === false) return 0;
    return this.#take(`mail:${kind}:${this.limit.module}:${id}`, this.limit.value);
  }

  /** While the store fails, the process counts for itself: neither is the limit gone, nor are the mails. */
  async #take(key: string, limit: RateLimit): Promise<number> {
    try {
      const seconds = await this.store.take(key, limit);
      this.#isStoreAway = false;
      return seconds;
    } catch (error) {
      if (!this.#isStoreAway) {
        this.#logger.warn(
          `The rateLimitStore fails: ${(error as Error).message}. Until it works, each process counts mails for itself.`,
        );
      }
      this.#isStoreAway = true;
      return this.#ownStore.take(key, limit);
    }
  }
}
