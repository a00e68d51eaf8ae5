import { ServiceUnavailableError } from '@nestjs-users/core';
import type { DataSource } from 'typeorm';

/** So long somebody waits for the end of another's transaction, and is then told to come again. */
const MAX_WAIT_MS = 30_000;

interface Waiter {
  readonly isAlone: boolean;
  readonly admit: () => void;
}

/**
 * The way to a connection that all share, as SQLite's is: ordinary calls use it side by side, a
 * transaction alone. Otherwise the statements of other requests would be part of the transaction,
 * and be lost with it. First come, first served, so that neither kind starves the other.
 */
export class ConnectionGate {
  readonly #queue: Waiter[] = [];
  #callsInside = 0;
  #isHeld = false;

  /** One call among others. */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    await this.#enter(false);
    try {
      return await call();
    } finally {
      this.#callsInside--;
      this.#admitNext();
    }
  }

  /** With nobody else inside. */
  async hold<T>(transaction: () => Promise<T>): Promise<T> {
    await this.#enter(true);
    try {
      return await transaction();
    } finally {
      this.#isHeld = false;
      this.#admitNext();
    }
  }

  /** @throws ServiceUnavailableError after too long a time */
  #enter(isAlone: boolean): Promise<void> | void {
    if (this.#queue.length > 0 || !this.#isFree(isAlone)) return this.#wait(isAlone);
    this.#take(isAlone);
  }

  #wait(isAlone: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#admitNext();
        reject(new ServiceUnavailableError(1, "Another transaction holds SQLite's connection."));
      };
      const timer = setTimeout(giveUp, MAX_WAIT_MS).unref();
      const admit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const waiter = { isAlone, admit };
      this.#queue.push(waiter);
    });
  }

  #admitNext(): void {
    for (let [next] = this.#queue; next && this.#isFree(next.isAlone); [next] = this.#queue) {
      this.#queue.shift();
      this.#take(next.isAlone);
      next.admit();
    }
  }

  #isFree(isAlone: boolean): boolean {
    return !this.#isHeld && !(isAlone && this.#callsInside > 0);
  }

  #take(isAlone: boolean): void {
    if (isAlone) this.#isHeld = true;
    else this.#callsInside++;
  }
}

const gates = new WeakMap<DataSource, ConnectionGate>();

/** The gate of all adapters of one data source. */
export function gateOf(dataSource: DataSource): ConnectionGate {
  const gate = gates.get(dataSource) ?? new ConnectionGate();
  gates.set(dataSource, gate);
  return gate;
}
