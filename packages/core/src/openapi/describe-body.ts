import { applyDecorators, type Type } from '@nestjs/common';

/** Describes the body of a route in OpenAPI. */
export function describeBody(_model: Type<object>, _acceptsForms: boolean): MethodDecorator {
  return applyDecorators();
}
