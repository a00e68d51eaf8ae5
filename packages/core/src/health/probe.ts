import { Logger } from '@nestjs/common';
import { settleWithin } from '../events/settle-within.js';
import { RareWarnings } from '../logging/rare-warnings.js';

/** A question that is open for longer is lost: its connection may be gone without a word. */
const LOST_MS = 30_000;

/** Whether somebody answered; if not, what can be said of it. */
interface Finding {
  readonly isUp: boolean;
  readonly why?: string;
}

/**
 * Asks one part whether it answers. While a question is open there is no second one: what hangs must
 * not be asked more and more.
 */
export class Probe {
  readonly #warnings = new RareWarnings(new Logger('UsersHealthIndicator'), 60);
  #open: { readonly since: number; readonly finding: Promise<Finding> } | undefined;

  /** @param part - for the log */
  constructor(
    private readonly part: string,
    private readonly question: () => Promise<unknown>,
  ) {}

  /** What is wrong is for the log, not for whoever may read an answer. */
  async isUp(timeoutSeconds: number): Promise<boolean> {
    let found: Finding = { isUp: false, why: `no answer within ${timeoutSeconds} s` };
    const asked = this.#ask().then((finding) => {
      found = finding;
    });
    await settleWithin(asked, timeoutSeconds);
    if (!found.isUp) this.#warnings.warn(`${this.part} is down: ${found.why}`);
    return found.isUp;
  }

  #ask(): Promise<Finding> {
    const now = performance.now();
    if (this.#open && now - this.#open.since < LOST_MS) return this.#open.finding;
    const open = {
      since: now,
      finding: this.#find().finally(() => {
        if (this.#open === open) this.#open = undefined;
      }),
    };
    this.#open = open;
    return open.finding;
  }

  async #find(): Promise<Finding> {
    try {
      await this.question();
      return { isUp: true };
    } catch (error) {
      return { isUp: false, why: reasonOf(error) };
    }
  }
}

/** The library's own errors have a detail without parameters; of others the class alone. */
function reasonOf(error: unknown): string {
  const { detail } = (error ?? {}) as { detail?: unknown };
  if (typeof detail === 'string' && detail !== '') return detail;
  return error instanceof Error ? error.constructor.name : typeof error;
}
