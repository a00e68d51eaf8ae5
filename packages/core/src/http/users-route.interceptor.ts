import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { catchError, type Observable, throwError } from 'rxjs';
import { setHeaders, toHttp } from '../exceptions/to-exception.js';

/**
 * Around each route of the library: nothing of it may be kept by a cache, and its errors become HTTP
 * answers. Use it on controllers of your own that let {@link UsersError}s through.
 *
 * @publicApi
 */
@Injectable()
export class UsersRouteInterceptor implements NestInterceptor {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response: unknown = context.switchToHttp().getResponse();
    setHeaders(this.host, response, { 'Cache-Control': 'no-store' });
    return next
      .handle()
      .pipe(catchError((error) => throwError(() => toHttp(this.host, response, error))));
  }
}
