import type { BaseUser } from './user.js';

type Secrets = Pick<BaseUser, 'hashedPassword' | 'securityStamp'>;

const hidden = new WeakMap<object, Secrets>();

/**
 * Takes hash and stamp out of a row that the adapter has just given, so that no log, answer or
 * event can show them, whatever the application does with the object. The library can still ask
 * for them by {@link secretsOf}.
 */
export function hideSecrets<U extends BaseUser>(row: U): U {
  const { hashedPassword, securityStamp } = row;
  if (hashedPassword === undefined && securityStamp === undefined) return row;
  hidden.set(row, {
    hashedPassword: hashedPassword ?? null,
    ...(securityStamp && { securityStamp }),
  });
  row.hashedPassword = undefined;
  row.securityStamp = undefined;
  return row;
}

/** The secrets of a user as they were when {@link hideSecrets} took them out. */
export function secretsOf(user: BaseUser): Secrets | undefined {
  return hidden.get(user);
}
