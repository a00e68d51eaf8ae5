import { expect, it } from 'vitest';
import { InvalidUserDataError } from '../users/users.errors.js';
import { LoginDto } from './login.dto.js';
import { validateModel } from './validate-model.js';

const password = 'correct horse battery';
const email = 'anna@example.org';

it.each([{ username: email }, { email }, { username: email, email }])('takes %j', async (names) => {
  expect(await validateModel(LoginDto, { ...names, password })).toMatchObject(names);
});

it.each([[{ a: 1 }], [['x']], [[]], [0], [false], [true], [null]])(
  'IN-02: refuses %j as username, with an email beside it too',
  async (username) => {
    for (const body of [
      { username, password },
      { username, email, password },
    ]) {
      await expect(validateModel(LoginDto, body)).rejects.toThrow(InvalidUserDataError);
    }
  },
);
