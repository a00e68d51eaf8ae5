import { applyDecorators, type Type } from '@nestjs/common';
import { describeErrors } from './describe-errors.js';
import { describeInput } from './describe-input.js';
import { append, SWAGGER } from './swagger-metadata.js';

/** What {@link describeBody} must know of a body beside its model. */
export interface BodyDescription {
  readonly mediaTypes: readonly string[];
  /** Fields that the route drops, whatever the model says. */
  readonly dropped: readonly string[];
  /** Whether a request may do without it. */
  readonly isOptional: boolean;
}

/** Describes the body of a route in OpenAPI, and how it may be refused. */
export function describeBody(
  model: Type<object>,
  { mediaTypes, dropped, isOptional }: BodyDescription,
): MethodDecorator {
  describeInput(model, dropped);
  return applyDecorators(
    append(SWAGGER.parameters, { in: 'body', type: model, required: !isOptional }),
    append(SWAGGER.consumes, ...mediaTypes),
    describeErrors([
      'MALFORMED_BODY',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'VALIDATION_FAILED',
      'SERVICE_UNAVAILABLE',
    ]),
  );
}
