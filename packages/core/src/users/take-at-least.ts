import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than a look-up takes: whether it has found a row is not to be seen in the answer's time. */
export const LOOK_UP_MS = 25;

/** Longer than an insert takes, or the refusal of one. */
export const WRITE_MS = 50;

/** Does some work, and takes at least so many milliseconds for it, so that its time tells nothing. */
export async function takeAtLeast<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.allSettled([work(), sleep(milliseconds)]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
