import { expect } from 'vitest';
import { endOf, isGood, type Sample } from './sample.js';

const DRIVER_TEXT = /ECONN|SQLITE|ER_[A-Z]|relation|SELECT|INSERT|terminating|pool|driver|typeorm/i;

/** Of what is told by the clock. */
export const ROUNDS = 3;

/** What clients saw, in figures. */
export interface Figures {
  readonly requests: number;
  readonly 'answers 503': number;
  readonly 'broken connections': number;
  readonly 'p99 ms': number;
  readonly 'longest ms': number;
}

/** What they see in quiet times. */
export interface Baseline {
  readonly 'quiet p50 ms': number;
  readonly 'quiet p99 ms': number;
  readonly 'quiet errors': number;
}

/**
 * Answers are good ones, or 503 with a time to come back; nothing says "nobody" of somebody. An application
 * that lives answers everybody.
 */
export function expectHonest(
  samples: readonly Sample[],
  { isKilled = false }: { isKilled?: boolean } = {},
): void {
  const wrong = samples.filter(
    ({ status, retryAfter, text }) =>
      !(isGood(status) || (status === 503 && retryAfter) || (status === 0 && isKilled)) ||
      (status >= 400 && DRIVER_TEXT.test(text)),
  );
  expect([...new Set(wrong.map(told))]).toEqual([]);
}

function told({ operation, status, text, retryAfter }: Sample): string {
  return `${operation}: ${status} ${text} (Retry-After: ${retryAfter})`;
}

/**
 * How long after a moment the last request failed that was sent after it, in seconds. Where none succeeded
 * after that one, nothing has healed.
 *
 * @param until - when the next trouble began, if there was one
 */
export function secondsUntilHealed(
  samples: readonly Sample[],
  moment: number,
  until = Number.POSITIVE_INFINITY,
): number {
  const between = samples.filter((sample) => sample.at > moment && endOf(sample) < until);
  const failed = between.filter(({ status }) => !isGood(status));
  const last = Math.max(moment, ...failed.map(endOf));
  const isWell = between.some(({ at, status }) => at >= last && isGood(status));
  return isWell ? (last - moment) / 1000 : Number.POSITIVE_INFINITY;
}

/** How long after a moment the first request succeeded, in seconds. */
export function secondsUntilFirst(samples: readonly Sample[], moment: number): number {
  const ends = samples
    .filter((sample) => isGood(sample.status) && endOf(sample) > moment)
    .map((sample) => endOf(sample) - moment);
  return Math.min(Number.POSITIVE_INFINITY, ...ends) / 1000;
}

/** What clients saw before any trouble: what the figures of a row are to be read against. */
export function baselineOf(samples: readonly Sample[]): Baseline {
  const times = samples.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return {
    'quiet p50 ms': Math.round(percentile(times, 0.5)),
    'quiet p99 ms': Math.round(percentile(times, 0.99)),
    'quiet errors': samples.filter(({ status }) => !isGood(status)).length,
  };
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const times = samples.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return {
    requests: samples.length,
    'answers 503': samples.filter(({ status }) => status === 503).length,
    'broken connections': samples.filter(({ status }) => status === 0).length,
    'p99 ms': Math.round(percentile(times, 0.99)),
    'longest ms': Math.round(times.at(-1) ?? 0),
  };
}

/** Of sorted values. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * The 99th percentile of a piece of work in milliseconds, the best of three rounds: whatever else the
 * machine has to do can only make it worse.
 */
export async function p99Of(count: number, work: () => Promise<unknown>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(...(await p99OfEach(count, [work])));
  return Math.min(...rounds);
}

/** The same beside another piece of work, which is done in turn with it and feels the same troubles. */
export async function p99Beside(
  count: number,
  work: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ readonly own: number; readonly other: number }> {
  const rounds: { own: number; other: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [own = Number.NaN, beside = Number.NaN] = await p99OfEach(count, [work, other]);
    rounds.push({ own, other: beside });
  }
  return rounds.toSorted((a, b) => a.own / a.other - b.own / b.other)[0]!;
}

async function p99OfEach(
  count: number,
  works: readonly (() => Promise<unknown>)[],
): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let n = 0; n < count; n++) {
    for (const [index, work] of works.entries()) {
      const began = performance.now();
      await work();
      times[index]!.push(performance.now() - began);
    }
  }
  return times.map((all) => {
    const sorted = all.toSorted((a, b) => a - b);
    return percentile(sorted, 0.99);
  });
}
