import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, type HttpServer } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';

/** A global filter that prints every exception in depth, as careless applications do. */
@Catch()
export class HostileFilter extends BaseExceptionFilter {
  constructor(
    server: HttpServer,
    private readonly log: string[],
  ) {
    super(server);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    this.log.push(inspect(exception, { depth: 10, showHidden: true }));
    super.catch(exception, host);
  }
}
