import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { type FieldError, InvalidUserDataError } from '../users/users.errors.js';

/**
 * Makes an instance of a model of a plain body. Fields that the model does not declare are dropped;
 * nothing is converted.
 *
 * @throws InvalidUserDataError, without the values
 */
export async function validateModel<T extends object>(model: Type<T>, body: object): Promise<T> {
  const instance = plainToInstance(model, body, { enableImplicitConversion: false });
  const errors = await validate(instance, {
    whitelist: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0)
    throw new InvalidUserDataError(errors.flatMap((error) => fieldErrors(error)));
  return instance;
}

function fieldErrors(error: ValidationError, parent = ''): FieldError[] {
  const field = parent + error.property;
  const messages = Object.values(error.constraints ?? {});
  const nested = (error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`));
  return messages.length > 0 ? [{ field, messages }, ...nested] : nested;
}
