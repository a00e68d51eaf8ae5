import type { BaseUser } from '@nestjs-users/core';

/** A UUID. Shorter ids have room; longer ones shift their row. */
const ID_WIDTH = 36;

/** Rows of fixed width, so that they can be written before the last one is known. */
export class UsersTable {
  readonly header = row('ID', 'ACTIVE', 'SUPERUSER', 'VERIFIED', 'CREATED', 'EMAIL');

  row({ id, isActive, isSuperuser, isVerified, createdAt, email }: BaseUser): string {
    const created = createdAt.toISOString().replace(/\.\d+/, '');
    return row(String(id), yes(isActive), yes(isSuperuser), yes(isVerified), created, email);
  }
}

function row(
  id: string,
  active: string,
  superuser: string,
  verified: string,
  created: string,
  email: string,
): string {
  return [
    id.padEnd(ID_WIDTH),
    active.padEnd(6),
    superuser.padEnd(9),
    verified.padEnd(8),
    created.padEnd(20),
    email,
  ].join('  ');
}

function yes(flag: boolean): string {
  return flag ? 'yes' : 'no';
}
