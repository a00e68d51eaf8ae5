import type { HttpAdapterHost } from '@nestjs/core';
import { setHeaders } from '../exceptions/to-exception.js';

/** What Express and Fastify have in common here: the one is Node's request, the other has it. */
export interface PlatformRequest {
  readonly raw?: { readonly httpVersionMajor: number };
  readonly httpVersionMajor?: number;
}

/**
 * Once the application closes, answers close their connections: a client that keeps one alive would hold
 * the end of the process for as long.
 */
export class Parting {
  #isClosing = false;

  constructor(private readonly host: HttpAdapterHost) {}

  begin(): void {
    this.#isClosing = true;
  }

  /** To be called when the answer is known. HTTP/2 has no such header, and tells by itself. */
  part(
    { raw, httpVersionMajor = raw?.httpVersionMajor }: PlatformRequest,
    response: unknown,
  ): void {
    if (!this.#isClosing || httpVersionMajor !== 1) return;
    setHeaders(this.host, response, { Connection: 'close' });
  }
}
