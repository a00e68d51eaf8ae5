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
    type: String,
    description: 'Path of the field, such as `address.street`; empty for the body as a whole.',
  },
  messages: { type: [String], description: 'A sentence for each rule that the field breaks.' },
});

addProperties(UsersErrorDto, {
  statusCode: { type: 'integer' },
  code: { enum: Object.keys(STATUS_OF_CODE), enumName: 'UsersErrorCode' },
  message: { type: String, description: 'What happened, in a sentence.' },
  error: { type: String, description: 'The name of the status.' },
  reason: { type: String, required: false, description: 'Why a password was refused.' },
  errors: { type: [FieldErrorDto], required: false, description: 'What is wrong, by field.' },
});
