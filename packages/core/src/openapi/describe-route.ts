import { applyDecorators, type Type } from '@nestjs/common';
import type { UsersErrorCode } from '../users/users.errors.js';

/** What a route answers. */
export interface RouteDescription {
  readonly summary: string;
  /** The route reads a credential itself, without the guard. */
  readonly secured?: boolean;
  readonly success: {
    readonly status: number;
    /** One read model. */
    readonly model?: Type<object>;
    /** A page of read models. */
    readonly page?: Type<object>;
    /** What a login answers: a token, or a cookie. */
    readonly login?: boolean;
  };
  /** The codes that it may answer beside those of its body. */
  readonly errors?: readonly UsersErrorCode[];
}

/** Describes a route in OpenAPI. */
export function describeRoute(_route: RouteDescription): MethodDecorator {
  return applyDecorators();
}
