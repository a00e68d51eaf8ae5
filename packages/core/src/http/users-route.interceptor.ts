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
import { Parting, type PlatformRequest } from './parting.js';

/**
 * Around each route of the library: nothing of it may be kept by a cache, the database does not keep
 * what writes waiting for ever, its errors become HTTP answers, and those close their connections once the
 * application closes. Use it on controllers of your own that let {@link UsersError}s through.
 *
 * @publicApi
 */
@Injectable()
export class UsersRouteInterceptor implements NestInterceptor, OnModuleDestroy {
  readonly #parting: Parting;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    /** Absent around controllers of the application. */
    @Optional() @Inject(USERS_ADAPTER) private readonly adapter?: UserAdapter,
  ) {
    this.#parting = new Parting(host);
  }

  onModuleDestroy(): void {
    this.#parting.begin();
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<PlatformRequest & { readonly method: string }>();
    const response: unknown = http.getResponse();
    setHeaders(this.host, response, { 'Cache-Control': 'no-store' });
    const part = (): void => this.#parting.part(request, response);
    return boundedRequest(this.adapter, request, next).pipe(
      tap({ next: part, error: part }),
      catchError((error) => throwError(() => toHttp(this.host, response, error))),
    );
  }
}
