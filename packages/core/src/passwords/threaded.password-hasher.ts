import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HashingPool, type HashingPoolOptions, type HashingQueue } from './hashing-pool.js';
import { PasswordHasher } from './password-hasher.js';
import type { VerificationTask } from './verification-task.js';

/**
 * A hash of lower cost is topped up to the configured one, in pieces that cost some 0.1 ms more than
 * one whole: a random delay hides that from the clock of a stranger.
 */
const JITTER_MS = 8;

/**
 * A hasher that works on threads: a bounded number of them, with a bounded queue. Whatever is
 * expensive happens in a module of its own, whose default export a thread calls.
 *
 * @example A hasher of your own
 * export class ScryptPasswordHasher extends ThreadedPasswordHasher {
 *   hash(password: string): Promise<string> {
 *     return this.run(new URL('./scrypt.worker.js', import.meta.url), { password });
 *   }
 *   // verify(…), needsRehash(…)
 * }
 * @publicApi
 */
export abstract class ThreadedPasswordHasher
  extends PasswordHasher
  implements OnApplicationShutdown
{
  readonly #pool: HashingPool;

  /** @param threads - bounds of its own threads, or a hasher whose threads it shares */
  constructor(threads: HashingPoolOptions | ThreadedPasswordHasher = {}) {
    super();
    this.#pool =
      threads instanceof ThreadedPasswordHasher ? threads.#pool : new HashingPool(threads);
  }

  /** How many passwords wait, and how many may. */
  get queue(): HashingQueue {
    return this.#pool.queue;
  }

  /**
   * Lets a thread call the default export of a module.
   *
   * @throws ServiceUnavailableError where the queue is full or the thread fails
   */
  protected run<Result>(worker: URL, task: unknown): Promise<Result> {
    return this.#pool.run(worker, task);
  }

  /** The same for a verification; a failed one takes a little longer, by chance. */
  protected async runVerification(worker: URL, task: VerificationTask<unknown>): Promise<boolean> {
    const isRight = (await this.run<unknown>(worker, task)) === true;
    if (!isRight) await sleep(Math.random() * JITTER_MS);
    return isRight;
  }

  /** Ends the threads; a later call would start new ones. */
  onApplicationShutdown(): Promise<void> {
    return this.#pool.close();
  }
}
