import { applyDecorators } from '@nestjs/common';

/** Says in OpenAPI that a route needs a credential. */
export function describeSecurity(): ClassDecorator & MethodDecorator {
  return applyDecorators();
}
