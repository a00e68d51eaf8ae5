import { applyDecorators } from '@nestjs/common';
import { FieldErrorDto, UsersErrorDto } from './error-models.js';
import { type CredentialNote, requirement } from './requirement.js';
import { swagger } from './swagger.js';

/**
 * Says in OpenAPI which credentials a route, or a controller's routes, need. How the guard refuses is
 * left to `describeUsers`: a described answer would replace those that Swagger finds by itself.
 */
export function describeSecurity(note: CredentialNote): ClassDecorator & MethodDecorator {
  if (!swagger) return applyDecorators();
  const { ApiExtraModels, ApiSecurity } = swagger;
  const security = ((target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const controller = typeof target === 'function' ? target : target.constructor;
    // A decorator of its own for each target: ApiSecurity() remembers the target before.
    const decorate = ApiSecurity(requirement(note, controller) as Record<string, string[]>);
    decorate(target as never, key as never, descriptor as never);
  }) as ClassDecorator & MethodDecorator;
  return applyDecorators(security, ApiExtraModels(UsersErrorDto, FieldErrorDto));
}
