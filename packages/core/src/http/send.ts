import type { HttpAdapterHost } from '@nestjs/core';
import type { TransportResponse } from '../auth/transports/transport.js';

/** Puts what a transport answers on the platform's response; the body is what the route returns. */
export function send(
  host: HttpAdapterHost,
  response: unknown,
  { headers, status, body }: Partial<TransportResponse>,
): TransportResponse['body'] {
  for (const [name, value] of headers ?? []) host.httpAdapter.appendHeader(response, name, value);
  if (status !== undefined) host.httpAdapter.status(response, status);
  return body;
}
