import type { HttpAdapterHost } from '@nestjs/core';
import { UsersError } from '../users/users.errors.js';
import { UsersException } from './users.exception.js';

type Headers = Readonly<Record<string, string>>;

/** Puts headers on the platform's response, whatever the platform. */
export function setHeaders(host: HttpAdapterHost, response: unknown, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    host.httpAdapter.setHeader(response, name, value);
  }
}

/**
 * What to throw for an error: the library's own as the HTTP answer that belongs to it, its headers
 * being set; everything else as it is.
 */
export function toHttp(host: HttpAdapterHost, response: unknown, error: unknown): unknown {
  if (!(error instanceof UsersError)) return error;
  const exception = new UsersException(error);
  setHeaders(host, response, { 'Cache-Control': 'no-store', ...exception.headers });
  return exception;
}
