import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<HeldEvents>();

/**
 * What is emitted by work that may still be undone. It is delivered when the work is sure to stay,
 * and else forgotten.
 */
export class HeldEvents {
  readonly #deliveries: (() => Promise<void>)[] = [];
  #isOpen = true;

  /** Where the calling code has to leave its events, if it is part of such work. */
  static current(): HeldEvents | undefined {
    const held = storage.getStore();
    return held?.isOpen ? held : undefined;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  add(delivery: () => Promise<void>): void {
    this.#deliveries.push(delivery);
  }

  /** Collects the events of work, until it has ended. */
  async collect<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await storage.run(this, work);
    } finally {
      this.#isOpen = false;
    }
  }

  async deliver(): Promise<void> {
    for (const delivery of this.#deliveries) await delivery();
  }
}
