import { Logger } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import type { Argon2Cost, Argon2Kind } from './argon2-hash.js';
import { leftOver } from './argon2-left-over.js';
import type { TopUpMeasurement } from './argon2-top-up.worker.js';

/** More kinds of hashes than a table has; for any further one the estimate must do. */
const MOST_KINDS = 64;
const WORKER = new URL('./argon2-top-up.worker.js', import.meta.url);

const logger = new Logger('Argon2');
const topUps = new Map<string, Argon2Cost | undefined>();
let measurements = Promise.resolve();

/**
 * What is to be worked off after a failed attempt at a hash, so that it takes as long as the usual
 * one. It is {@link leftOver} for the first attempts, and what this machine needs from then on: how
 * long memory takes is its own, and what an estimate misses would tell a stranger whose hash is old.
 * Measured once for each kind of hash, after the first attempt, by a thread of its own, one kind at
 * a time.
 */
export function topUpOf(hash: Argon2Kind, usual: Argon2Cost): Argon2Cost | undefined {
  const { variant, version, memoryKiB, iterations, parallelism } = hash;
  const kind: Argon2Kind = { variant, version, memoryKiB, iterations, parallelism };
  const key = JSON.stringify([kind, usual.memoryKiB, usual.iterations, usual.parallelism]);
  if (topUps.has(key)) return topUps.get(key);
  const estimate = leftOver(kind, usual);
  if (topUps.size >= MOST_KINDS) return estimate;
  topUps.set(key, estimate);
  if (!estimate) return undefined;
  const tell = (found: Argon2Cost | undefined): void => void topUps.set(key, found);
  measurements = measurements
    .then(() => measure({ kind, usual, estimate }, tell))
    .catch((error: Error) => {
      logger.warn(
        'How long an old hash takes on this machine could not be measured, and is estimated: ' +
          error.message,
      );
    });
  return estimate;
}

/** Lets a thread measure, and tells what it finds, ever better. No process has to live on for its sake. */
function measure(
  measurement: TopUpMeasurement,
  tell: (found: Argon2Cost | undefined) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: measurement, execArgv: [] });
    worker.unref();
    worker.on('message', tell);
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}
