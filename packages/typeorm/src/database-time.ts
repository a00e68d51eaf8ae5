import { ServiceUnavailableError } from '@nestjs-users/core';
import { Scope } from './scope.js';

/** What whoever has waited in vain is told. */
export const LATE = 'The database did not answer in time.';

const requests = new Scope<DatabaseTime>();

type Call<T> = (limitMs: number) => Promise<T>;

const LEAST_MS = 50;

/** With less than that, nothing is begun: it would be broken off, and cost a connection that is good. */
export function leastOf(totalMs: number): number {
  return Math.min(LEAST_MS, totalMs / 10);
}

/**
 * How long the database may keep whoever asks waiting, by several statements together. What else they do
 * meanwhile (hashes, listeners) does not count.
 */
export class DatabaseTime {
  readonly #leastMs: number;
  #isOver = false;
  #hasWritten = false;
  #running = 0;
  #since = 0;
  #leftMs: number;
  #slowestMs: number;

  /** @param waitedMs - what of it is spent: it tells how slow the database is */
  constructor(totalMs: number, waitedMs = 0) {
    this.#leastMs = leastOf(totalMs);
    this.#leftMs = totalMs - waitedMs;
    this.#slowestMs = waitedMs;
  }

  /** The time of the request that the calling code is part of. */
  static ofRequest(): DatabaseTime | undefined {
    const time = requests.current;
    // Listeners that a request has told go on after its end, with all the time there is.
    return time && !time.#isOver ? time : undefined;
  }

  /**
   * Calls with what is left; with 0, where the call would not end within that, as slow as the database has
   * been yet: broken off, it would cost a connection, and others would have to wait for the next.
   *
   * @param share - what part of the call is as long as a statement
   */
  spend<T>(limitMs: number, call: Call<T>, share = 1): Promise<T> {
    const leftMs = this.#left();
    const timeMs = this.#isEnough(leftMs) ? Math.min(limitMs, leftMs) : 0;
    return this.watch(() => call(this.#hasWritten ? limitMs : timeMs), share);
  }

  /** The time of a call counts, whatever is left: what follows will feel it. */
  async watch<T>(call: () => Promise<T>, share = 1): Promise<T> {
    const start = performance.now();
    // Several at once keep it waiting no longer than one.
    if (this.#running++ === 0) this.#since = start;
    try {
      return await call();
    } finally {
      const now = performance.now();
      this.#slowestMs = Math.max(this.#slowestMs, (now - start) * share);
      if (--this.#running === 0) this.#leftMs -= now - this.#since;
    }
  }

  /**
   * To be asked before something is written: what is begun is not broken off, for nobody would know then
   * whether it has happened.
   *
   * @throws ServiceUnavailableError where so many statements, each as slow as the slowest yet, take too long
   */
  assertEnoughFor(statements: number): void {
    if (this.#hasWritten) return;
    if (!this.#isEnough(this.#left(), statements)) throw new ServiceUnavailableError(1, LATE);
  }

  /** From now on, it is too late to say that nothing has happened: what follows has all the time it needs. */
  hasWritten(): void {
    this.#hasWritten = true;
  }

  end(): void {
    this.#isOver = true;
  }

  #isEnough(leftMs: number, statements = 1): boolean {
    return leftMs >= this.#leastMs && leftMs >= statements * this.#slowestMs;
  }

  #left(): number {
    return this.#running > 0 ? this.#leftMs - (performance.now() - this.#since) : this.#leftMs;
  }
}

/**
 * Runs the work of one request, which the database may keep waiting for so many milliseconds in all.
 *
 * @param waitedMs - what of them is spent
 */
export async function boundRequest<T>(
  milliseconds: number,
  waitedMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const time = new DatabaseTime(milliseconds, waitedMs);
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
 * @param share - see {@link DatabaseTime.spend}
 */
export function spendTime<T>(
  limitMs: number,
  call: Call<T>,
  own?: DatabaseTime,
  share?: number,
): Promise<T> {
  const time = DatabaseTime.ofRequest() ?? own;
  return time ? time.spend(limitMs, call, share) : call(limitMs);
}

/** The same, for what must not be broken off because a request has waited for long. */
export function finishInTime<T>(limitMs: number, call: Call<T>): Promise<T> {
  const finish = (): Promise<T> => call(limitMs);
  return DatabaseTime.ofRequest()?.watch(finish) ?? finish();
}
