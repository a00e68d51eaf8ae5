import { InvalidPasswordError } from '@nestjs-users/core';
import { RefusedError, UsageError } from '../cli.errors.js';
import { HiddenPrompt } from './hidden-prompt.js';
import { readPassword } from './piped-password.js';
import { printableLines } from './printable.js';
import type { Terminal } from './terminal.js';

/** Where a new password comes from. It never is an argument: those are seen by others, and kept. */
export interface PasswordSource {
  /** Gets a password for somebody, and does something with it. */
  offer<T>(email: string, use: (password: string) => Promise<T>): Promise<T>;
}

/** @throws UsageError where there is nobody to ask and nothing to read */
export function passwordSource(terminal: Terminal, fromStdin: boolean): PasswordSource {
  const isTerminal = terminal.stdin.isTTY === true;
  if (fromStdin && isTerminal) {
    throw new UsageError(
      '--password-stdin reads from a pipe or file, and this is a terminal. Leave it out to be asked.',
    );
  }
  if (!fromStdin && !isTerminal) {
    throw new UsageError(
      'There is no terminal to ask for the password. Pipe it in with --password-stdin.',
    );
  }
  return fromStdin ? new PipedPassword(terminal) : new PromptedPassword(terminal);
}

class PipedPassword implements PasswordSource {
  constructor(private readonly terminal: Terminal) {}

  async offer<T>(_email: string, use: (password: string) => Promise<T>): Promise<T> {
    return use(await readPassword(this.terminal.stdin));
  }
}

const TRIES = 3;

/** Asks twice, and again where the two differ or the policy says no. */
class PromptedPassword implements PasswordSource {
  constructor(private readonly terminal: Terminal) {}

  async offer<T>(email: string, use: (password: string) => Promise<T>): Promise<T> {
    const prompt = new HiddenPrompt(this.terminal);
    try {
      for (let left = TRIES - 1; ; left -= 1) {
        const password = await prompt.ask(`New password of ${email}`);
        try {
          if (password !== (await prompt.ask('The same again'))) throw new DifferentError();
          return await use(password);
        } catch (error) {
          if (left === 0 || !isWorthAnotherTry(error)) throw error;
          this.terminal.stderr.write(`${printableLines(`${error.reason} Try again.`)}\n`);
        }
      }
    } finally {
      prompt.close();
    }
  }
}

class DifferentError extends RefusedError {
  readonly reason = 'The two are not the same.';

  constructor() {
    super('The two passwords are not the same. Nothing has been changed.');
  }
}

function isWorthAnotherTry(error: unknown): error is DifferentError | InvalidPasswordError {
  return error instanceof DifferentError || error instanceof InvalidPasswordError;
}
