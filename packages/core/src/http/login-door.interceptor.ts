import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { AuthBackend } from '../auth/auth-backend.js';
import { Backends } from '../auth/backends.js';
import type { OriginalRequest } from '../events/users.events.js';
import { assertMediaType, JSON_TYPE } from './media-type.js';
import { namedBackend } from './named-backend.js';

/**
 * Judges of a login what must be judged before its body is read: whether there is such a backend,
 * whether the request may come from where it comes from, and whether the backend reads its media type.
 */
@Injectable()
export class LoginDoor implements NestInterceptor {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context
      .switchToHttp()
      .getRequest<OriginalRequest & { readonly params: { readonly backend: string } }>();
    assertMayEnter(namedBackend(this.backends, request.params.backend, request), request);
    return next.handle();
  }
}

/** @throws CsrfRejectedError, UnsupportedMediaTypeError */
export function assertMayEnter({ transport }: AuthBackend, request: OriginalRequest): void {
  transport.assertIntended(request);
  if (!transport.acceptsForms) assertMediaType(request.headers['content-type'], [JSON_TYPE]);
}
