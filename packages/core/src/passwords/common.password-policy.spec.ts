import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { InvalidPasswordError } from '../users/users.errors.js';
import { CommonPasswordPolicy } from './common.password-policy.js';
import { commonPasswords } from './common-passwords.js';
import { fold } from './fold.js';

const policy = new CommonPasswordPolicy();
const anna = { email: 'anna@example.org' };

const isListRead = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) =>
    path.includes('@zxcvbn-ts/language-common'),
  );

it('PW-09: the list is read with the first password, not before', async () => {
  expect(isListRead()).toBe(false);
  await policy.validate('correct horse battery', anna);
  expect(isListRead()).toBe(true);
});

describe('The list', () => {
  it('PW-09: has more than 3,000 passwords of 8 characters and more, folded', async () => {
    const list = [...(await commonPasswords())];
    expect(list.filter((password) => [...password].length >= 8).length).toBeGreaterThan(3000);
    expect(list.filter((password) => fold(password) !== password)).toEqual([]);
  });

  it('is read once', async () => {
    expect(await commonPasswords()).toBe(await commonPasswords());
  });
});

it.each([
  'password',
  'Password1',
  'TRUSTNO1',
  'qwertyuiop',
  '1q2w3e4r',
  'p@ssw0rd',
  'iloveyou',
  'abcd1234',
  'ｑwertyuiop',
  'passwor\u{1d41d}',
])('PW-09: refuses %s', async (password) => {
  await expect(policy.validate(password, anna)).rejects.toBeInstanceOf(InvalidPasswordError);
});

it.each(['password1 of a horse', 'correcthorse', 'pa ss wo rd', ' password1'])(
  'accepts %s: only whole passwords are on the list',
  async (password) => {
    await expect(policy.validate(password, anna)).resolves.toBeUndefined();
  },
);
