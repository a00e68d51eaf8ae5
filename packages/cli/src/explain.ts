import { HttpException } from '@nestjs/common';
import {
  InvalidPasswordError,
  InvalidUserDataError,
  ServiceUnavailableError,
  UsersError,
} from '@nestjs-users/core';
import { CliError, RefusedError } from './cli.errors.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';

/** How the process ends after an error, and what it says. */
export interface Explanation {
  readonly exitCode: ExitCode;
  readonly text: string;
}

/** What went wrong, for the person at the keyboard. */
export function explain(error: unknown): Explanation {
  if (error instanceof CliError) return { exitCode: error.exitCode, text: ownText(error) };
  if (error instanceof UsersError) return { exitCode: exitCodeOf(error), text: libraryText(error) };
  const isVeto = error instanceof HttpException && error.getStatus() < 500;
  return { exitCode: isVeto ? EXIT_CODES.refused : EXIT_CODES.failed, text: messageOf(error) };
}

function ownText(error: CliError): string {
  const code = error instanceof RefusedError && error.code ? ` (${error.code})` : '';
  const cause = error.cause === undefined ? '' : `\n${explain(error.cause).text}`;
  return `${error.message}${code}${cause}`;
}

function exitCodeOf(error: UsersError): ExitCode {
  return error instanceof ServiceUnavailableError ? EXIT_CODES.failed : EXIT_CODES.refused;
}

function libraryText(error: UsersError): string {
  return `${error.message} (${error.code})${detailOf(error)}`;
}

function detailOf(error: UsersError): string {
  if (error instanceof InvalidPasswordError) return `\n${error.reason}`;
  if (error instanceof InvalidUserDataError) {
    return error.errors.map(({ messages }) => `\n${messages.join('; ')}`).join('');
  }
  if (error instanceof ServiceUnavailableError && error.detail) return `\n${error.detail}`;
  return '';
}

/** Connections that are refused come as an `AggregateError` without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('\n');
  }
  return error instanceof Error ? error.message || error.name : String(error);
}
