import { describe, expect, it } from 'vitest';
import { InvalidPasswordError } from '../users/users.errors.js';
import { addressWords } from './address-words.js';
import { ContextPasswordPolicy } from './context.password-policy.js';

const policy = new ContextPasswordPolicy({ contextWords: ['Acme Rockets', 'Zürich'] });
const refusalOf = (password: string, email: string): string | undefined => {
  try {
    policy.validate(password, { email });
  } catch (error) {
    if (error instanceof InvalidPasswordError) return error.reason;
    throw error;
  }
  return undefined;
};

describe('PW-11: an address is no password', () => {
  it.each([
    ['itself', 'anna.smith@acme.example', 'anna.smith@acme.example'],
    ['itself, though it is short', 'ab@x.io', 'ab@x.io!'],
    ['the local part', 'anna.smith@acme.example', 'anna.smith'],
    ['within', 'anna.smith@acme.example', 'I am anna.smith, hello'],
    ['without its dot', 'anna.smith@acme.example', 'annasmith1990'],
    ['with other signs', 'anna.smith@acme.example', '1990 Anna-Smith'],
    ['the other way round: dots that the address has not', 'annasmith@acme.example', 'anna.smith'],
    ['without its tag', 'anna+shop@acme.example', 'anna 1990 !!'],
    ['without its number', 'anna84@acme.example', 'anna 1990 !!'],
    ['in wide letters', 'anna@acme.example', 'ａｎｎａ 1990'],
    ['with other letters', 'jürgen@acme.example', 'JÜRGEN 1990'],
    ['the name in its domain', 'info@acme.example', 'acme horse 1990'],
    ['a name before it', 'info@springfield.acme.example', 'springfield'],
    ['the name as an A-label', 'info@xn--bcher-kva.example', 'neue Bücher'],
  ])('%s', (_what, email, password) => {
    expect(refusalOf(password, email)).toMatch(/contains the e-mail address or a part of it/);
  });
});

describe('What is no reason', () => {
  it.each([
    ['less than four letters', 'bo@abc.example', 'bo and abc are horses'],
    ['a mailbox that every domain has', 'info@acme.example', 'information of horses'],
    ['a host with an everyday name', 'anna@live.example', 'alive horses'],
    ['the top-level domain', 'anna@acme.museum', 'a museum of horses'],
    ['a part of the local part', 'anna.smith@acme.example', 'the blacksmith of horses'],
    ['a tag', 'anna+horse@acme.example', 'correct horse battery'],
  ])('%s', (_what, email, password) => {
    expect(refusalOf(password, email)).toBeUndefined();
  });
});

describe('PW-11: configured words', () => {
  it.each(['acmerockets', 'my ACME-Rockets!', 'zürich 1990', 'ZU\u0308RICH'])('%s', (password) => {
    expect(refusalOf(password, 'anna@example.org')).toMatch(/everybody here knows/);
  });

  it('count as a whole', () => {
    expect(refusalOf('rockets and horses', 'anna@example.org')).toBeUndefined();
  });

  it.each(['IBM', '', '...', '🐎🐎🐎🐎🐎'])('must have four letters: %o', (word) => {
    expect(() => new ContextPasswordPolicy({ contextWords: [word] })).toThrow(
      /contextWords has less than 4 letters/,
    );
  });
});

it('tells the words of an address as its comment does', () => {
  expect(addressWords('anna.smith84+shop@mail.acme.example')).toEqual([
    'annasmith84shopmailacmeexample',
    'annasmith84shop',
    'annasmith84',
    'annasmith',
    'acme',
  ]);
});
