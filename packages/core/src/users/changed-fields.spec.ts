import { describe, expect, it } from 'vitest';
import { changedFields } from './changed-fields.js';
import type { UserChanges } from './user.adapter.js';
import type { BaseUser } from './user.js';

interface Member extends BaseUser {
  firstName: string | null;
}

const before: Member = {
  id: 1,
  email: 'anna@example.org',
  canonicalEmail: 'anna@example.org',
  pendingEmail: null,
  hashedPassword: 'old hash',
  securityStamp: 'old stamp',
  isActive: true,
  isSuperuser: false,
  isVerified: true,
  firstName: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

const cases: readonly [title: string, columns: UserChanges<Member>, fields: readonly string[]][] = [
  [
    'columns with other values',
    { firstName: 'Anna', isVerified: false },
    ['firstName', 'isVerified'],
  ],
  ['no column with the value it has', { isActive: true, firstName: 'Anna' }, ['firstName']],
  [
    'no column without a value',
    { firstName: undefined as never, isVerified: false },
    ['isVerified'],
  ],
  [
    'a column that is emptied',
    { email: 'bea@example.org', hashedPassword: null },
    ['email', 'password'],
  ],
  ['a new hash as a password', { hashedPassword: 'new hash' }, ['password']],
  ['an address that waits', { pendingEmail: 'bea@example.org' }, ['pendingEmail']],
  ['nothing of what follows from others', { canonicalEmail: 'x@y.z', updatedAt: new Date() }, []],
  ['nothing of the end of all sessions', { securityStamp: 'new stamp', pendingEmail: null }, []],
];

describe('changedFields', () => {
  it.each(cases)('names %s', (_title, columns, fields) => {
    expect(changedFields(before, columns)).toEqual(fields);
  });
});
