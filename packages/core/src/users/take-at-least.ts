import { setTimeout as sleep } from 'node:timers/promises';

/** Does some work, and takes at least so many milliseconds for it, so that its time tells nothing. */
export async function takeAtLeast<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.allSettled([work(), sleep(milliseconds)]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
