import { Scope } from './scope.js';

const requests = new Scope<DatabaseTime>();

/**
 * How long the database may keep whoever asks waiting, by several statements together. What else they do
 * meanwhile (hashes, listeners) does not count.
 */
export class DatabaseTime {
  #isOver = false;
  #running = 0;
  #since = 0;

  constructor(private leftMs: number) {}

  async spend<T>(limitMs: number, call: (limitMs: number) => Promise<T>): Promise<T> {
    if (this.#isOver) return call(limitMs);
    const leftMs = this.#left();
    // Several at once keep it waiting no longer than one.
    if (this.#running++ === 0) this.#since = performance.now();
    try {
      return await call(Math.max(0, Math.min(limitMs, leftMs)));
    } finally {
      if (--this.#running === 0) this.leftMs -= performance.now() - this.#since;
    }
  }

  /** Listeners that were told of it go on, with all the time there is. */
  end(): void {
    this.#isOver = true;
  }

  #left(): number {
    return this.#running > 0 ? this.leftMs - (performance.now() - this.#since) : this.leftMs;
  }
}

/** Runs the work of one request, which the database may keep waiting for so many milliseconds in all. */
export async function boundRequest<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const time = new DatabaseTime(milliseconds);
  try {
    return await requests.run(time, work);
  } finally {
    time.end();
  }
}

/**
 * Calls the database, with the time that it may take: the limit, or what is left of it, if only 0.
 *
 * @param own - the time of several statements that belong together, where they are no part of a request
 */
export function spendTime<T>(
  limitMs: number,
  call: (limitMs: number) => Promise<T>,
  own?: DatabaseTime,
): Promise<T> {
  const time = requests.current ?? own;
  return time ? time.spend(limitMs, call) : call(limitMs);
}
