import { AsyncResource } from 'node:async_hooks';
import type { TokenStore } from './token-store.js';

/** Looked for at most so often, and then deleted a part at a time, with pauses in which others write. */
const EVERY_MS = 60_000;
const ROWS = 1000;
const PAUSE_MS = 1000;

/** Deletes the sessions of a store that have expired, by the way of logins; none of them waits for it. */
export class ExpiredSessions {
  /** It is no part of the request that it begins in: neither of its transaction nor of its time. */
  readonly #apart = new AsyncResource('ExpiredSessions');
  #isDeleting = false;
  #next = Number.NEGATIVE_INFINITY;

  /** @param failed - hears why nothing more is deleted for a while */
  constructor(
    private readonly store: TokenStore,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Begins, if it is time again. */
  deleteByTheWay(): void {
    if (this.#isDeleting || performance.now() < this.#next) return;
    this.#isDeleting = true;
    this.#apart.runInAsyncScope(() => void this.#deleteAll());
  }

  async #deleteAll(): Promise<void> {
    try {
      while ((await this.store.deleteExpired(new Date(), ROWS)) > 0) await pause();
    } catch (error) {
      this.failed(error);
    } finally {
      this.#isDeleting = false;
      this.#next = performance.now() + EVERY_MS;
    }
  }
}

/** No reason for a process to stay. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS).unref();
  });
}
