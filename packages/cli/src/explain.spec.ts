import { ForbiddenException, InternalServerErrorException } from '@nestjs/common';
import {
  InvalidPasswordError,
  InvalidUserDataError,
  LastSuperuserError,
  ServiceUnavailableError,
} from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { FailedError, RefusedError, UsageError } from './cli.errors.js';
import { explain } from './explain.js';

describe('an error, explained', () => {
  it.each([
    ['a wrong call', new UsageError('Say which.'), 2, 'Say which.'],
    [
      'what the command refuses',
      new RefusedError('No such.', 'USER_NOT_FOUND'),
      3,
      'No such. (USER_NOT_FOUND)',
    ],
    [
      'what the library refuses',
      new LastSuperuserError(),
      3,
      'This is the last active superuser. Appoint another one first. (LAST_SUPERUSER)',
    ],
    [
      'the password policy',
      new InvalidPasswordError('Too short.'),
      3,
      'The password is not acceptable. (REGISTER_INVALID_PASSWORD)\nToo short.',
    ],
    [
      'a value',
      new InvalidUserDataError([{ field: 'email', messages: ['email must be plain'] }]),
      3,
      'The input is not valid. (VALIDATION_FAILED)\nemail must be plain',
    ],
    ['a veto', new ForbiddenException('Not on Sundays.'), 3, 'Not on Sundays.'],
    [
      'the database',
      new ServiceUnavailableError(1, 'ECONNREFUSED'),
      1,
      'The service cannot answer right now. Try again in a moment. (SERVICE_UNAVAILABLE)\nECONNREFUSED',
    ],
    ['a broken listener', new InternalServerErrorException('Broken.'), 1, 'Broken.'],
    [
      'a boot that fails, with what made it fail',
      new FailedError('It does not start.', {
        cause: new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
      }),
      1,
      'It does not start.\n::1 refused\n127.0.0.1 refused',
    ],
    ['whatever is thrown', 'a text', 1, 'a text'],
  ])('%s', (_what, error, exitCode, text) => {
    expect(explain(error)).toEqual({ exitCode, text });
  });
});
