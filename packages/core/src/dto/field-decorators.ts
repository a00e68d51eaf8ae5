import { applyDecorators } from '@nestjs/common';
import { registerDecorator, ValidateIf, type ValidationOptions } from 'class-validator';
import { canonicalEmail } from '../users/email.js';

/**
 * The field may be left out, but not be `null`: class-validator's `@IsOptional()` would let `null`
 * through to a column that does not take it.
 *
 * @publicApi
 */
export function IsOptionalNotNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** The field is exactly one plain e-mail address: see {@link canonicalEmail}. @publicApi */
export function IsEmailAddress(options: ValidationOptions = {}): PropertyDecorator {
  return applyDecorators((target: object, property: string | symbol) => {
    registerDecorator({
      name: 'isEmailAddress',
      target: target.constructor,
      propertyName: property as string,
      options: { message: '$property must be one plain e-mail address', ...options },
      validator: { validate: (value) => canonicalEmail(value) !== undefined },
    });
  });
}
