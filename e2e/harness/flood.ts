import { type Answer, type Message, send } from './client.js';

/** How long most and nearly all reads took, in milliseconds. */
export interface ReadTimes {
  readonly median: number;
  readonly p99: number;
}

const READS = 150;

/** Reads one's own account again and again, one after the other. */
export async function readTimes(
  origin: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReadTimes> {
  const times: number[] = [];
  for (let n = 0; n < READS; n++) {
    const began = performance.now();
    const { status } = await send(origin, { path: '/users/me', headers });
    if (status !== 200) throw new Error(`Somebody who is logged in was answered ${status}.`);
    times.push(performance.now() - began);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[READS / 2]!, p99: sorted[Math.floor(READS * 0.99)]! };
}

/** Sends a request again and again while something is done. @returns what it was answered */
export async function during<T>(
  origin: string,
  message: Message,
  act: () => Promise<T>,
): Promise<{ result: T; answers: Pick<Answer, 'status'>[] }> {
  const answers: Pick<Answer, 'status'>[] = [];
  const state = { isOver: false };
  const flood = async (): Promise<void> => {
    for (; !state.isOver;) {
      // Whoever is told early that it is too much may find the connection shut while still writing.
      answers.push(await send(origin, message).catch(() => ({ status: 413 })));
    }
  };
  const flooding = flood();
  try {
    return { result: await act(), answers };
  } finally {
    state.isOver = true;
    await flooding;
  }
}
