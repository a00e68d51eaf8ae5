import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { validateModel } from '../dto/validate-model.js';
import { describeBody } from '../openapi/describe-body.js';
import type { OriginalRequest } from '../events/users.events.js';
import { PRIVILEGE_FIELDS, SYSTEM_FIELDS } from '../users/user.js';
import { assertMediaType, FORM_TYPE, JSON_TYPE } from './media-type.js';
import { plainBody } from './plain-body.js';

/** Options of {@link ModelBody}. @publicApi */
export interface ModelBodyOptions {
  /** Also read HTML forms. Default `false`. */
  acceptsForms?: boolean;
  /** A request without any body is one with an empty object. Default `false`. */
  isOptional?: boolean;
  /** Keep `isActive`, `isSuperuser` and `isVerified`, where the model declares them. Default `false`. */
  acceptsPrivileges?: boolean;
}

/**
 * Replaces the body of a route by a validated instance of the model, before any pipe of the
 * application sees it: after the guards, whatever pipes there are, and without conversion. Fields
 * that no client may set are dropped before the validation, whatever the model says.
 *
 * Stands on a route whose first parameter is `@Body() body: <the model>`.
 *
 * @publicApi
 */
export function ModelBody(model: Type<object>, options: ModelBodyOptions = {}): MethodDecorator {
  const interceptor = new ModelBodyInterceptor(model, options);
  return applyDecorators(
    bodyType(model),
    UseInterceptors(interceptor),
    describeBody(model, interceptor),
  );
}

/** Declares the model as the type of the first parameter: the application's pipes and Swagger read it there. */
function bodyType(model: Type<object>): MethodDecorator {
  return (target, key) => {
    const types = (Reflect.getMetadata('design:paramtypes', target, key) as unknown[]) ?? [];
    Reflect.defineMetadata('design:paramtypes', [model, ...types.slice(1)], target, key);
  };
}

class ModelBodyInterceptor implements NestInterceptor {
  readonly mediaTypes: readonly string[];
  readonly dropped: readonly string[];
  readonly isOptional: boolean;

  constructor(
    private readonly model: Type<object>,
    { acceptsForms, acceptsPrivileges, isOptional = false }: ModelBodyOptions,
  ) {
    this.isOptional = isOptional;
    this.mediaTypes = acceptsForms ? [JSON_TYPE, FORM_TYPE] : [JSON_TYPE];
    this.dropped = acceptsPrivileges ? SYSTEM_FIELDS : [...SYSTEM_FIELDS, ...PRIVILEGE_FIELDS];
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<OriginalRequest & { body: unknown }>();
    if (!this.isOptional || mayHaveBody(request)) {
      assertMediaType(request.headers['content-type'], this.mediaTypes);
    }
    const body = plainBody(request.body);
    for (const field of this.dropped) delete body[field];
    request.body = await validateModel(this.model, body);
    return next.handle();
  }
}

/** RFC 9112, 6: a body is announced by one of two headers; its type, by a third. */
function mayHaveBody({ headers }: OriginalRequest): boolean {
  const length = Number(headers['content-length'] ?? 0);
  return length > 0 || 'transfer-encoding' in headers || 'content-type' in headers;
}
