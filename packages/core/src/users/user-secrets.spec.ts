import { describe, expect, it } from 'vitest';
import { UserRegisteredEvent } from '../events/users.events.js';
import { hideSecrets, secretsOf } from './user-secrets.js';
import type { BaseUser } from './user.js';

const newRow = (columns: Partial<BaseUser> = {}): BaseUser => ({
  id: 1,
  email: 'anna@example.org',
  canonicalEmail: 'anna@example.org',
  pendingEmail: null,
  hashedPassword: '$hash',
  securityStamp: '0123',
  isActive: true,
  isSuperuser: false,
  isVerified: false,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...columns,
});

describe('hideSecrets', () => {
  it('LO-03: takes out hash and stamp, and remembers them', () => {
    const user = hideSecrets(hideSecrets(newRow()));
    expect(user).toMatchObject({ hashedPassword: undefined, securityStamp: undefined });
    expect(secretsOf(user)).toEqual({ hashedPassword: '$hash', securityStamp: '0123' });
  });

  it('LO-03: takes out the hash of a row that was loaded without its stamp', () => {
    const row = newRow();
    delete row.securityStamp;
    expect(hideSecrets(row).hashedPassword).toBeUndefined();
    expect(secretsOf(row)?.securityStamp).toBeUndefined();
  });
});

it('EV-09: an event of a row that the application has loaded itself carries neither', () => {
  const row = newRow();
  const { user } = new UserRegisteredEvent(row);
  expect(user).toMatchObject({ hashedPassword: undefined, securityStamp: undefined });
  expect(row).toMatchObject({ hashedPassword: '$hash', securityStamp: '0123' });
});
