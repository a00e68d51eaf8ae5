import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Argon2Cost, Argon2Kind } from './argon2-hash.js';
import { scaled } from './argon2-left-over.js';
import { work } from './argon2.js';

/** What a thread shall measure: what has to follow a hash of this kind, and what that might be. */
export interface TopUpMeasurement {
  readonly kind: Argon2Kind;
  readonly usual: Argon2Cost;
  readonly estimate: Argon2Cost;
}

/** Samples of each round, which corrects what the one before has found. */
const ROUNDS = [10, 25, 100];
/** A round ends by then: of hashes that take long, fewer say as much. */
const LONGEST_ROUND_MS = 10_000;
const FEWEST_SAMPLES = 5;
/** A thread that has just worked is faster: at a login it has not. Leaves the processor to others, too. */
const PAUSE_MS = 15;

/** How long pieces of work take, in milliseconds, for a thread that did nothing for a while. */
async function timesOf(...pieces: readonly Argon2Cost[]): Promise<number[]> {
  await sleep(PAUSE_MS);
  return pieces.map((piece) => {
    const start = performance.now();
    work(piece);
    return performance.now() - start;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * What is missing in the top-up, as a share of it. Times are compared that were taken side by side;
 * medians are not moved by moments in which the machine did something else.
 */
async function errorOf(
  { kind, usual }: TopUpMeasurement,
  topUp: Argon2Cost,
  samples: number,
): Promise<number> {
  const missing: number[] = [];
  const times: number[] = [];
  const end = performance.now() + LONGEST_ROUND_MS;
  const isOver = (): boolean =>
    times.length >= (performance.now() < end ? samples : FEWEST_SAMPLES);
  while (!isOver()) {
    const [whole = 0] = await timesOf(usual);
    const [first = 0, second = 0] = await timesOf(kind, topUp);
    missing.push(whole - first - second);
    times.push(second);
  }
  return median(missing) / median(times);
}

/** Tells what each round has found; nothing if there is nothing to add. */
async function measure(measurement: TopUpMeasurement): Promise<void> {
  let topUp: Argon2Cost | undefined = measurement.estimate;
  for (const samples of ROUNDS) {
    const error: number = await errorOf(measurement, topUp, samples);
    topUp = scaled(topUp, 1 + error, measurement.usual);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    parentPort?.postMessage(topUp);
    if (!topUp) return;
  }
}

await measure(workerData as TopUpMeasurement);
