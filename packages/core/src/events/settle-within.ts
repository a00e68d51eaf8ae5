/**
 * Waits for a promise, but no longer than so many seconds: `true` if it was fulfilled in time,
 * `false` if not. A rejection in time is passed on.
 *
 * @param keepsProcess - whether a process that has nothing else to do stays for the end of the time
 */
export async function settleWithin(
  work: Promise<unknown>,
  seconds: number,
  { keepsProcess = false } = {},
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
    if (!keepsProcess) timer.unref();
  });
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One text for whatever was thrown, for logs: stack or name, never the properties of an error. Does
 * not throw itself: anything can be thrown, also what has no text.
 */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return 'something that cannot be shown';
  }
}
