import { Logger } from '@nestjs/common';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { ServiceUnavailableError } from '../users/users.errors.js';

/** Bounds of the work that a hasher may do at a time. @publicApi */
export interface HashingPoolOptions {
  /** Threads. Default: one less than the machine has cores, at least one: the last core is the event loop's. */
  workers?: number;
  /**
   * Passwords that may wait for a thread; one more is refused with
   * {@link ServiceUnavailableError}. Default 16 for each worker.
   */
  maxQueue?: number;
}

/** How much a hasher has to do. @publicApi */
export interface HashingQueue {
  /** Passwords that wait for a thread. */
  readonly waiting: number;
  /** So many may wait; see {@link HashingPoolOptions.maxQueue}. */
  readonly maxQueue: number;
}

/**
 * Worker threads with a bounded queue. They start with the first task, by which Piscina is loaded too:
 * no boot has to wait for either. They end when idle or closed.
 */
export class HashingPool {
  readonly #logger = new Logger('HashingPool');
  readonly #workers: number;
  readonly #maxQueue: number;
  #pool: Piscina | undefined;

  constructor(options: HashingPoolOptions) {
    this.#workers = positive('workers', options.workers ?? Math.max(1, availableParallelism() - 1));
    this.#maxQueue = positive('maxQueue', options.maxQueue ?? 16 * this.#workers);
  }

  get queue(): HashingQueue {
    return { waiting: this.#pool?.queueSize ?? 0, maxQueue: this.#maxQueue };
  }

  /** Lets a thread call the default export of a module. */
  async run<Result>(worker: URL, task: unknown): Promise<Result> {
    if (this.queue.waiting >= this.#maxQueue) {
      throw new ServiceUnavailableError(2, 'The queue of the password hasher is full.');
    }
    try {
      this.#pool ??= this.#start();
      return (await this.#pool.run(task, { filename: fileURLToPath(worker) })) as Result;
    } catch (error) {
      // The task itself never throws: no thread could be made, it has died or the pool is closing.
      throw new ServiceUnavailableError(1, `A hashing worker failed: ${(error as Error).message}`);
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }

  #start(): Piscina {
    const library = createRequire(import.meta.url)('piscina') as typeof import('piscina');
    const pool = new library.Piscina({
      minThreads: 1,
      maxThreads: this.#workers,
      idleTimeout: 60_000,
      execArgv: [],
    });
    // A thread without a task has nobody to tell of its failure: unheard, it would end the process.
    pool.on('error', (error: Error) => {
      this.#logger.error(`A hashing worker failed: ${error.message}`);
    });
    pool.on('workerDestroy', () => queueMicrotask(() => this.#giveUpIfDead(pool)));
    return pool;
  }

  /** Where the last thread could not even start, Piscina makes no other: what waits would wait for ever. */
  #giveUpIfDead(pool: Piscina): void {
    if (this.#pool !== pool || pool.threads.length > 0 || pool.queueSize === 0) return;
    this.#pool = undefined;
    void pool.destroy();
  }
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`${name} must be a whole number above 0, not ${value}.`);
}
