import { ServiceUnavailableError, UsersError } from '../users/users.errors.js';

/**
 * One word for what somebody's wish was refused with: the code of the library's own error, `vetoed` for
 * an HTTP exception of a listener, `error` for anything that nobody meant to happen.
 */
export function outcomeOf(error: unknown): string {
  if (error instanceof UsersError) return error.code.toLowerCase();
  return isHttpRefusal(error) ? 'vetoed' : 'error';
}

/** Whether something is broken, and not only refused. */
export function isTrouble(error: unknown): boolean {
  if (error instanceof UsersError) return error instanceof ServiceUnavailableError;
  return !isHttpRefusal(error);
}

/** An `HttpException` below 500, by what it can do: this folder knows no HTTP. */
function isHttpRefusal(error: unknown): boolean {
  const { getStatus } = (error ?? {}) as { getStatus?: unknown };
  return typeof getStatus === 'function' && Number(getStatus.call(error)) < 500;
}
