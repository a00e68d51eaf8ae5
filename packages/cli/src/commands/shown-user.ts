import type { BaseUser } from '@nestjs-users/core';

/** What commands tell of a user: by name, since the application's own columns may hold secrets. */
export function shownUser(user: BaseUser) {
  const { id, email, isActive, isSuperuser, isVerified, createdAt, updatedAt } = user;
  return { id, email, isActive, isSuperuser, isVerified, createdAt, updatedAt };
}
