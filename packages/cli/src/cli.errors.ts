import { EXIT_CODES, type ExitCode } from './exit-codes.js';

/** What the command itself has to say: a message with its remedy, and how the process ends. */
export abstract class CliError extends Error {
  abstract readonly exitCode: ExitCode;
}

/** The command was called wrongly. */
export class UsageError extends CliError {
  readonly exitCode = EXIT_CODES.usage;
}

/** The command was understood, and is not carried out. */
export class RefusedError extends CliError {
  readonly exitCode = EXIT_CODES.refused;

  constructor(
    message: string,
    /** The library's code for it, where there is one. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** The application, or what it needs, does not work. */
export class FailedError extends CliError {
  readonly exitCode = EXIT_CODES.failed;
}

/** Somebody has left the prompt. */
export class CancelledError extends CliError {
  readonly exitCode = EXIT_CODES.cancelled;

  constructor() {
    super('Cancelled. Nothing has been changed.');
  }
}

/** Whoever read the answer has seen enough, as in `list | head`: no failure. */
export class AnswerUnreadError extends CliError {
  readonly exitCode = EXIT_CODES.ok;
}
