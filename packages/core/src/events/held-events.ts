import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<HeldEvents>();
/** Up to Node 22, a storage that was once entered makes every promise slower until it is disabled. */
let inside = 0;

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
    inside++;
    try {
      return await storage.run(this, work);
    } finally {
      this.#isOpen = false;
      if (--inside === 0) storage.disable();
    }
  }

  async deliver(): Promise<void> {
    for (const delivery of this.#deliveries) await delivery();
  }
}
