import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HashingPool, type HashingPoolOptions } from './hashing-pool.js';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  availableParallelism: vi.fn<typeof availableParallelism>(),
}));

const started: Worker[] = [];
const count = (worker: Worker): void => void started.push(worker);

describe('HashingPool', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hashing-pool-'));
    const task = `export default () => new Promise((resolve) => setTimeout(resolve, 100));`;
    await writeFile(join(folder, 'slow.mjs'), task);
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    started.length = 0;
    process.on('worker', count);
  });
  afterEach(() => void process.off('worker', count));

  /** How many threads it takes for so many tasks at once. */
  const threadsFor = async (tasks: number, options: HashingPoolOptions): Promise<number> => {
    const pool = new HashingPool({ maxQueue: tasks, ...options });
    const slow = pathToFileURL(join(folder, 'slow.mjs'));
    await Promise.all(Array.from({ length: tasks }, () => pool.run(slow, undefined)));
    await pool.close();
    return started.length;
  };

  it.each([
    { cores: 1, threads: 1 },
    { cores: 2, threads: 1 },
    { cores: 5, threads: 4 },
  ])(
    'PW-18: leaves a core to the event loop: $threads of $cores, whatever comes',
    async ({ cores, threads }) => {
      vi.mocked(availableParallelism).mockReturnValue(cores);
      expect(await threadsFor(20, {})).toBe(threads);
    },
  );

  it('PW-18: has as many as it is told, where somebody knows better', async () => {
    vi.mocked(availableParallelism).mockReturnValue(2);
    expect(await threadsFor(20, { workers: 3 })).toBe(3);
  });
});
