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

  #print(level: string, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    const context = isContext(last) ? last : undefined;
    if (context === SAID_ALREADY && !this.isVerbose) return;
    const parts = [message, ...(context === undefined ? rest : rest.slice(0, -1))];
    const texts = parts.filter((part) => part !== undefined).map((part) => this.#textOf(part));
    const label = context === undefined ? level : `${level} [${context}]`;
    // The stack that Nest gives beside an error begins with the error.
    const text = [...new Set(texts)].join('\n');
    this.stderr.write(`${printableLines(`${label} ${text}`)}\n`);
  }

  #textOf(part: unknown): string {
    const text = textOf(part);
    return this.isVerbose ? text : withoutStack(text);
  }
}

/** Nest puts the context last; without one, a stack may stand there. */
function isContext(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\n');
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
