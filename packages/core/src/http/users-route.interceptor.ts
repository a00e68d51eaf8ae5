import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { catchError, type Observable, tap, throwError } from 'rxjs';
import { setHeaders, toHttp } from '../exceptions/to-exception.js';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import type { UserAdapter } from '../users/user.adapter.js';
import { boundedRequest } from './bounded-request.js';

/** What Express and Fastify have in common here: the one is Node's request, the other has it. */
interface PlatformRequest {
  readonly method: string;
  readonly raw?: { readonly httpVersionMajor: number };
  readonly httpVersionMajor?: number;
}

/**
 * Around each route of the library: nothing of it may be kept by a cache, the database does not keep
 * what writes waiting for ever, and its errors become HTTP answers. Once the application closes, answers close their connections: a client that keeps one alive
 * would hold the end of the process for as long. Use it on controllers of your own that let {@link UsersError}s through.
 *
 * @publicApi
 */
@Injectable()
export class UsersRouteInterceptor implements NestInterceptor, OnModuleDestroy {
  #isClosing = false;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    /** Absent around controllers of the application. */
    @Optional() @Inject(USERS_ADAPTER) private readonly adapter?: UserAdapter,
  ) {}

  onModuleDestroy(): void {
    this.#isClosing = true;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<PlatformRequest>();
    const response: unknown = http.getResponse();
    setHeaders(this.host, response, { 'Cache-Control': 'no-store' });
    const part = (): void => {
      if (this.#isClosing) this.#part(request, response);
    };
    return boundedRequest(this.adapter, request, next).pipe(
      tap({ next: part, error: part }),
      catchError((error) => throwError(() => toHttp(this.host, response, error))),
    );
  }

  /** HTTP/2 has no such header, and tells by itself. */
  #part(
    { raw, httpVersionMajor = raw?.httpVersionMajor }: PlatformRequest,
    response: unknown,
  ): void {
    if (httpVersionMajor === 1) setHeaders(this.host, response, { Connection: 'close' });
  }
}
