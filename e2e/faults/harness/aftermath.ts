import { expect } from 'vitest';
import type { FaultApp, Stats } from './fault-app.js';

/** In MB: what trouble may leave behind in a process. */
const GROWTH = 10;

/** What processes were before the trouble. */
export function statsOf(apps: readonly FaultApp[]): Promise<Stats[]> {
  return Promise.all(apps.map((app) => app.stats()));
}

/**
 * Every process runs, has all places of its pool, and is no larger than before.
 *
 * @returns by how many MB the heap has grown most
 */
export async function expectUnharmed(
  apps: readonly FaultApp[],
  before: readonly Stats[],
): Promise<number> {
  expect(apps.map(({ isRunning }) => isRunning)).toEqual(apps.map(() => true));
  const after = await statsOf(apps);
  const taken = after.map(({ pool }) => [pool.total - pool.idle, pool.waiting]);
  expect(taken).toEqual(apps.map(() => [0, 0]));
  const whole = await Promise.all(apps.map((app) => app.hasWholePool()));
  expect(whole).toEqual(apps.map(() => true));
  const grown = Math.max(...after.map(({ heap }, index) => heap - before[index]!.heap));
  expect(grown).toBeLessThanOrEqual(GROWTH);
  return grown;
}
