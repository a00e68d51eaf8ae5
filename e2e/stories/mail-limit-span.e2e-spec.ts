import { type RateLimit, RateLimitStore } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Lets everything pass, and keeps the limits that it was asked about. */
class LimitLog extends RateLimitStore {
  readonly limits: RateLimit[] = [];

  async take(_key: string, limit: RateLimit): Promise<number> {
    this.limits.push(limit);
    return 0;
  }

  async has(): Promise<boolean> {
    return false;
  }

  async reset(): Promise<void> {}
}

/** While the limit keeps mails back, the latest of those that were sent must still be good. */
describe.each([
  ['as they are', {}, { max: 3, perSeconds: 3600 }],
  ['reset soon over', { resetPasswordTokenLifetimeSeconds: 900 }, { max: 3, perSeconds: 900 }],
  ['verification soon over', { verificationTokenLifetimeSeconds: 60 }, { max: 3, perSeconds: 60 }],
  ['days', { resetPasswordTokenLifetimeSeconds: 86_400 }, { max: 3, perSeconds: 3600 }],
  [
    'said otherwise',
    { resetPasswordTokenLifetimeSeconds: 900, mailLimit: { max: 1, perSeconds: 1800 } },
    { max: 1, perSeconds: 1800 },
  ],
] as const)('The span of the mail limit (%s)', (_name, options, expected) => {
  const store = new LimitLog();
  tell(
    'The limit of mails',
    everyPlatform.slice(0, 1),
    (stage) => {
      it('RS-13: is no longer than tokens live: strangers cannot keep an owner without a link', async () => {
        const { host } = stage;
        const { email } = await newcomer(host);
        for (const route of ['forgot-password', 'request-verify-token']) {
          await host.send({ method: 'POST', path: `/users/${route}`, body: { email } });
          await host.events.resetTokens(email);
        }
        expect(store.limits).toEqual([expected, expected]);
      });
    },
    { options: { rateLimitStore: store, ...options } },
  );
});
