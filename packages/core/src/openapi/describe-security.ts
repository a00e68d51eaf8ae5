import { applyDecorators } from '@nestjs/common';
import { FieldErrorDto, UsersErrorDto } from './error-models.js';
import { type CredentialNote, requirement } from './requirement.js';
import { append, describe, SWAGGER } from './swagger-metadata.js';

/**
 * Says in OpenAPI which credentials a route, or a controller's routes, need. How the guard refuses is
 * left to `describeUsers`: a described answer would replace those that Swagger finds by itself.
 */
export function describeSecurity(note: CredentialNote): ClassDecorator & MethodDecorator {
  return applyDecorators(
    describe((subject, owner) => {
      const known = (Reflect.getMetadata(SWAGGER.security, subject) ?? []) as object[];
      Reflect.defineMetadata(SWAGGER.security, [...known, requirement(note, owner)], subject);
    }),
    append(SWAGGER.extraModels, UsersErrorDto, FieldErrorDto),
  );
}
