import type { BaseUser } from '@nestjs-users/core';

/** Of whom one must stay. */
export function isActiveSuperuser(user: BaseUser): boolean {
  return user.isActive && user.isSuperuser;
}
