import { printable, printableJson } from './printable.js';
import { AnswerUnreadError } from '../cli.errors.js';
import { type Terminal, write } from './terminal.js';

/** What the command answers, on standard output: a sentence or row for people, or JSON for programs. */
export class Answer {
  constructor(
    private readonly terminal: Terminal,
    private readonly isJson: boolean,
  ) {}

  async say(forPeople: string, forPrograms: unknown): Promise<void> {
    const line = this.isJson ? printableJson(forPrograms) : printable(forPeople);
    await this.#write(line);
  }

  /** What programs need not be told. */
  async remark(forPeople: string): Promise<void> {
    if (!this.isJson) await this.#write(printable(forPeople));
  }

  async #write(line: string): Promise<void> {
    try {
      await write(this.terminal.stdout, `${line}\n`);
    } catch (cause) {
      throw new AnswerUnreadError('The answer cannot be written.', { cause });
    }
  }
}
