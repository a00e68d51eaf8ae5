import { Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { ServiceUnavailableError, UsersError } from '../users/users.errors.js';
import { UsersException } from './users.exception.js';

const logger = new Logger('UsersModule');

type Headers = Readonly<Record<string, string>>;

/** Puts headers on the platform's response, whatever the platform. */
export function setHeaders(host: HttpAdapterHost, response: unknown, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    host.httpAdapter.setHeader(response, name, value);
  }
}

/**
 * The library's own error as an exception, everything else as it is. What was unavailable is for the
 * log, not for the client.
 */
export function toException(error: unknown): unknown {
  if (!(error instanceof UsersError)) return error;
  if (error instanceof ServiceUnavailableError && error.detail) logger.warn(error.detail);
  return new UsersException(error);
}

/** What to throw for an error on an HTTP route: its headers are set then. */
export function toHttp(host: HttpAdapterHost, response: unknown, error: unknown): unknown {
  const exception = toException(error);
  if (exception instanceof UsersException) {
    setHeaders(host, response, { 'Cache-Control': 'no-store', ...exception.headers });
  }
  return exception;
}
