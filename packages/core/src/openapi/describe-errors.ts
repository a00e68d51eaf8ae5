import { applyDecorators } from '@nestjs/common';
import type { UsersErrorCode } from '../users/users.errors.js';
import { errorAnswers, statusOf } from './error-answers.js';
import { FieldErrorDto, UsersErrorDto } from './error-models.js';
import { swagger } from './swagger.js';

/** The codes that this folder has described, by method or class. */
const CODES = Symbol('codes of described errors');

/**
 * Adds error codes to the answers of a route, or of a controller's routes. Answers that the
 * application has described itself stay.
 */
export function describeErrors(codes: readonly UsersErrorCode[]): ClassDecorator & MethodDecorator {
  if (!swagger) return applyDecorators();
  const { ApiExtraModels, DECORATORS } = swagger;
  return ((target: Function, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const subject = (descriptor?.value ?? target) as object;
    const known = (Reflect.getMetadata(CODES, subject) ?? []) as UsersErrorCode[];
    const all = [...new Set([...known, ...codes])];
    const answers = (Reflect.getMetadata(DECORATORS.API_RESPONSE, subject) ?? {}) as object;
    const ours = Object.entries(errorAnswers(all)).filter(
      ([status]) => !(status in answers) || known.some((code) => statusOf(code) === status),
    );
    Reflect.defineMetadata(CODES, all, subject);
    Reflect.defineMetadata(
      DECORATORS.API_RESPONSE,
      { ...answers, ...Object.fromEntries(ours) },
      subject,
    );
    ApiExtraModels(UsersErrorDto, FieldErrorDto)(target, key as string, descriptor as never);
  }) as ClassDecorator & MethodDecorator;
}
