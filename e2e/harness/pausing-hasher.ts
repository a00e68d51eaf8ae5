import { FastPasswordHasher } from '@nestjs-users/testing';

/** Checks passwords when it is told to; hashes new ones at once. */
export class PausingHasher extends FastPasswordHasher {
  checks = 0;
  #gate = Promise.resolve();

  /** Holds checks up until the function that is returned is called. */
  pause(): () => void {
    let resume = (): void => {};
    this.#gate = new Promise((resolve) => {
      resume = resolve;
    });
    return resume;
  }

  override async verify(password: string, storedHash: string | null): Promise<boolean> {
    this.checks++;
    await this.#gate;
    return super.verify(password, storedHash);
  }
}
