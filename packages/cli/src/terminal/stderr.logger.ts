import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';
import { printableLines } from './printable.js';
import type { Writer } from './terminal.js';

/** Nest writes here what ends the boot; the command says it itself, with the remedy. */
const SAID_ALREADY = 'ExceptionHandler';

/**
 * The application's log while a command runs: on standard error, warnings and errors only, without
 * stack traces. With `--verbose` everything.
 */
export class StderrLogger implements LoggerService {
  constructor(
    private readonly stderr: Writer,
    private readonly isVerbose: boolean,
  ) {}

  log(message: unknown, ...rest: unknown[]): void {
    if (this.isVerbose) this.#print('log', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    if (this.isVerbose) this.#print('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    if (this.isVerbose) this.#print('verbose', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#print('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#print('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#print('fatal', message, rest);
  }

  /** Nest puts the context last; before it may stand a stack, and whatever the application adds. */
  #print(level: string, message: unknown, rest: readonly unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? String(rest.at(-1)) : undefined;
    if (context === SAID_ALREADY && !this.isVerbose) return;
    const parts = [message, ...(context === undefined ? rest : rest.slice(0, -1))];
    const text = parts.filter((part) => part !== undefined).map(textOf);
    const shown = this.isVerbose ? text.join('\n') : withoutStack(text.join('\n'));
    const label = context === undefined ? level : `${level} [${context}]`;
    this.stderr.write(`${printableLines(`${label} ${shown}`)}\n`);
  }
}

function textOf(part: unknown): string {
  if (part instanceof Error) return part.stack ?? part.message;
  return typeof part === 'string' ? part : inspect(part);
}

function withoutStack(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .join('\n')
    .trimEnd();
}
