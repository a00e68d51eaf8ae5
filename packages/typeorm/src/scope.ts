import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What code finds by its asynchronous context, at no price while nobody is inside: up to Node 22, a
 * storage that was once entered makes every promise of the process slower until it is disabled.
 */
export class Scope<T> {
  readonly #storage = new AsyncLocalStorage<T>();
  #inside = 0;

  /** What the calling code runs in. Whoever goes on after the end may find it still. */
  get current(): T | undefined {
    return this.#storage.getStore();
  }

  async run<R>(value: T, work: () => Promise<R>): Promise<R> {
    this.#inside++;
    try {
      return await this.#storage.run(value, work);
    } finally {
      if (--this.#inside === 0) this.#storage.disable();
    }
  }

  /** Runs work as if it were called from outside. */
  leave<R>(work: () => R): R {
    return this.#inside === 0 ? work() : this.#storage.run(undefined as T, work);
  }
}
