import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { CancelledError } from '../cli.errors.js';
import { printable } from './printable.js';
import type { Terminal, Writer } from './terminal.js';

/** Asks questions whose answers nobody sees: the terminal does not show what is typed. */
export class HiddenPrompt {
  readonly #lines: Interface;
  readonly #stderr: Writer;
  #isClosed = false;

  constructor({ stdin, stderr }: Terminal) {
    this.#stderr = stderr;
    this.#lines = createInterface({
      input: stdin,
      // The editor echoes here; the terminal itself is in raw mode, and echoes nothing.
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      historySize: 0,
    });
    this.#lines.once('close', () => (this.#isClosed = true));
  }

  /** @throws CancelledError at Ctrl+C and Ctrl+D */
  async ask(question: string): Promise<string> {
    // Somebody has left while the answer before was worked on.
    if (this.#isClosed) throw new CancelledError();
    this.#stderr.write(`${printable(question)}: `);
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#stderr.write('\n');
        reject(new CancelledError());
      };
      this.#lines.once('close', cancel);
      this.#lines.question('', (answer) => {
        this.#lines.off('close', cancel);
        this.#stderr.write('\n');
        resolve(answer);
      });
    });
  }

  /** Gives the terminal back. */
  close(): void {
    this.#lines.close();
  }
}
