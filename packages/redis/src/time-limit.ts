import { ServiceUnavailableError } from '@nestjs-users/core';

/**
 * Waits so long for an answer: a client may queue a command for as long as Redis is away. An answer that
 * has come while this process was busy with something else is in time.
 */
export async function withinTime<T>(answer: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void =>
      reject(new ServiceUnavailableError(1, `Redis did not answer within ${seconds} seconds.`));
    // A timer is looked at before the sockets are; whatever waits in these comes first.
    timer = setTimeout(() => setImmediate(giveUp), seconds * 1000);
  });
  try {
    return await Promise.race([answer, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param owner - the store, for the message. @throws TypeError for a time that no timer can wait */
export function timeLimit(owner: string, seconds: number): number {
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new TypeError(
    `${owner}: timeoutSeconds must be a number above 0, at most 3600, not ${seconds}.`,
  );
}
