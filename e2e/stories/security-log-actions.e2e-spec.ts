import { AuthBackend, BearerTransport, type SecurityEventName } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { refreshBackends } from '../harness/refreshing.js';
import { actions, Doorman, VaultController } from '../harness/security-actions.js';
import { genericActions, instantActions } from '../harness/security-actions-of-modes.js';
import { itRecords, MemorySecurityLog, seenEvents } from '../harness/security-records.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const securityLog = new MemorySecurityLog();

tell('The security log', bare, (stage) => itRecords(stage, actions), {
  options: {
    securityLog,
    attemptLimits: {
      perAccount: { max: 5, perSeconds: 900 },
      perAddress: { max: 10_000, perSeconds: 900 },
    },
    mailLimit: { max: 4, perSeconds: 900 },
  },
  extras: { emailChange: 'confirmed', routes: { exportMe: true, mySessions: true, refresh: true } },
  backends: (store) => {
    const backends = refreshBackends(store, { graceSeconds: 0 });
    const strategy = backends[0]!.strategy;
    const transport = new BearerTransport();
    const requireVerified = true;
    return [
      ...backends,
      new AuthBackend({ name: 'verified', transport, strategy, requireVerified }),
    ];
  },
  providers: [Doorman],
  controllers: [VaultController],
});

tell(
  'The security log, where another address counts at once',
  bare,
  (stage) => itRecords(stage, instantActions),
  { options: { securityLog } },
);

tell(
  'The security log, where registration tells nobody who is there',
  bare,
  (stage) => itRecords(stage, genericActions),
  {
    options: { securityLog, mailLimit: { max: 2, perSeconds: 900 } },
    extras: { registration: 'generic', emailChange: 'confirmed' },
  },
);

/** Every name: the compiler misses one that is not here. */
const names = {
  'access.denied': true,
  'account.claimed': true,
  'account.created': true,
  'account.deleted': true,
  'account.exported': true,
  'email_change.cancelled': true,
  'email_change.requested': true,
  'email.changed': true,
  'limit.reached': true,
  'login.failed': true,
  'login.succeeded': true,
  'logout.succeeded': true,
  'password.changed': true,
  'password.confirmation_failed': true,
  'password.reset': true,
  'password.reset_requested': true,
  'privileges.changed': true,
  'session.ended': true,
  'sessions.revoked': true,
  'token.reused': true,
  'verification.requested': true,
  'verification.succeeded': true,
} as const satisfies Record<SecurityEventName, true>;

describe('The actions above', () => {
  it('LO-04: are told of every event that the log knows', () => {
    expect([...seenEvents].toSorted()).toEqual(Object.keys(names).toSorted());
  });
});
