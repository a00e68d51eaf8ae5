import { applyDecorators } from '@nestjs/common';
import type { UsersErrorCode } from '../users/users.errors.js';
import { addErrorAnswers } from './error-answers.js';
import { FieldErrorDto, UsersErrorDto } from './error-models.js';
import { append, describe, SWAGGER } from './swagger-metadata.js';

/**
 * Adds error codes to the answers of a route. Answers that the application has described itself
 * stay.
 */
export function describeErrors(codes: readonly UsersErrorCode[]): MethodDecorator {
  return applyDecorators(
    describe((method) => {
      const known = Reflect.getMetadata(SWAGGER.responses, method) as object | undefined;
      const answers = { ...known };
      addErrorAnswers(answers, codes);
      Reflect.defineMetadata(SWAGGER.responses, answers, method);
    }),
    append(SWAGGER.extraModels, UsersErrorDto, FieldErrorDto),
  );
}
