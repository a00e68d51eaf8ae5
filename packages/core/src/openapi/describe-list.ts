import { applyDecorators } from '@nestjs/common';

/** Describes the query of the list of users. */
export function describeListQuery(): MethodDecorator {
  return applyDecorators();
}
