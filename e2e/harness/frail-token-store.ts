import { ServiceUnavailableError, type StoredToken, type TokenUse } from '@nestjs-users/core';
import { MemoryTokenStore } from '@nestjs-users/testing';

/** A store of sessions that can go away, or lose its right to write; it counts what it is asked. */
export class FrailTokenStore extends MemoryTokenStore {
  isAway = false;
  isReadOnly = false;
  calls = 0;

  override async insert(token: StoredToken): Promise<void> {
    this.#ask(true);
    return super.insert(token);
  }

  override async find(digest: string, now: Date): Promise<StoredToken | null> {
    this.#ask();
    return super.find(digest, now);
  }

  override async touch(token: StoredToken, use: TokenUse): Promise<boolean> {
    this.#ask(true);
    return super.touch(token, use);
  }

  override async list(subject: string, now: Date): Promise<StoredToken[]> {
    this.#ask();
    return super.list(subject, now);
  }

  override async delete(subject: string, ids: readonly string[]): Promise<number> {
    this.#ask(true);
    return super.delete(subject, ids);
  }

  #ask(writes = false): void {
    this.calls++;
    if (this.isAway || (writes && this.isReadOnly)) {
      throw new ServiceUnavailableError(1, 'The store is away.');
    }
  }
}
