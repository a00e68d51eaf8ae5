import type { Logger } from '@nestjs/common';

/** Warns at most once in a while, and then says how often it kept quiet: trouble must not fill the disk. */
export class RareWarnings {
  #lastAt = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(
    private readonly logger: Logger,
    private readonly everySeconds: number,
  ) {}

  warn(message: string): void {
    const now = performance.now();
    if (now - this.#lastAt < this.everySeconds * 1000) {
      this.#unsaid++;
      return;
    }
    this.logger.warn(
      this.#unsaid === 0 ? message : `${message} (${this.#unsaid} more before this)`,
    );
    this.#lastAt = now;
    this.#unsaid = 0;
  }
}
