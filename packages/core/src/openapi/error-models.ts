import { STATUS_OF_CODE } from '../exceptions/users.exception.js';
import type { UsersErrorCode } from '../users/users.errors.js';
import { addProperties } from './properties.js';

/** The schema of one refused field. */
export class FieldErrorDto {
  field!: string;
  messages!: string[];
}

/** The schema of every error that the library answers. */
export class UsersErrorDto {
  statusCode!: number;
  code!: UsersErrorCode;
  message!: string;
  error!: string;
  reason?: string;
  errors?: FieldErrorDto[];
}

addProperties(FieldErrorDto, {
  field: {
    type: 'string',
    description: 'Path of the field, such as `address.street`; empty for the body as a whole.',
  },
  messages: {
    type: 'string',
    isArray: true,
    description: 'A sentence for each rule that the field breaks.',
  },
});

addProperties(UsersErrorDto, {
  statusCode: { type: 'integer' },
  code: { enum: Object.keys(STATUS_OF_CODE), enumName: 'UsersErrorCode' },
  message: { type: 'string', description: 'What happened, in a sentence.' },
  error: { type: 'string', description: 'The name of the status.' },
  reason: { type: 'string', required: false, description: 'Why a password was refused.' },
  errors: {
    type: FieldErrorDto,
    isArray: true,
    required: false,
    description: 'What is wrong, by field.',
  },
});
