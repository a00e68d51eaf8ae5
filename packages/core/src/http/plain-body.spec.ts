import { describe, expect, it } from 'vitest';
import { MalformedBodyError, PayloadTooLargeError } from '../exceptions/request.errors.js';
import { InvalidUserDataError } from '../users/users.errors.js';
import { plainBody } from './plain-body.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('plainBody', () => {
  it('RG-10: drops keys that mean something to JavaScript, at any depth', () => {
    const body = JSON.parse(
      '{"a":1,"__proto__":{"isSuperuser":true},"constructor":1,"toString":1,"hasOwnProperty":1,' +
        '"list":[{"b":{"__proto__":{"x":1},"valueOf":1,"c":2}}]}',
    ) as unknown;
    expect(plainBody(body)).toEqual({ a: 1, list: [{ b: { c: 2 } }] });
    expect(({} as { isSuperuser?: boolean }).isSuperuser).toBeUndefined();
  });

  it.each([['text'], [1], [true], [[]], [[{}]]])('AC-03: refuses %j as a body', (body) => {
    expect(() => plainBody(body)).toThrow(InvalidUserDataError);
  });

  it('takes a missing body for an empty one', () => {
    expect(plainBody(undefined)).toEqual({});
    expect(plainBody(null)).toEqual({});
  });

  it('IN-06: refuses more than 32 levels, however deep', () => {
    expect(plainBody({ a: nested(31) })).toBeDefined();
    expect(() => plainBody({ a: nested(33) })).toThrow(MalformedBodyError);
    expect(() => plainBody({ a: nested(4000) })).toThrow(MalformedBodyError);
  });

  it('IN-06: refuses 10 000 keys and 100 kB of text', () => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 1]));
    expect(() => plainBody(keys)).toThrow(MalformedBodyError);
    expect(() => plainBody({ a: Array.from({ length: 10_000 }, () => 1) })).toThrow(
      MalformedBodyError,
    );
    expect(() => plainBody({ a: 'x'.repeat(100_001) })).toThrow(PayloadTooLargeError);
    expect(() => plainBody({ ['x'.repeat(100_001)]: 1 })).toThrow(PayloadTooLargeError);
  });

  it('RG-07: refuses NUL in every text, and names the field', () => {
    expect(() => plainBody({ a: { b: 'x\0y' } })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ field: 'b' })] }) as Error,
    );
  });

  it.each([['\0'], ['\ud800'], [Buffer.from([0xe4]).toString()]])(
    'RG-07, IN-06: refuses the same in names, at any depth: %j',
    (part) => {
      const name = `x${part}y`;
      for (const [field, body] of [
        ['', { [name]: 1 }],
        ['settings', { settings: { [name]: 1 } }],
        ['settings', { settings: [{ [name]: {} }] }],
      ] as const) {
        expect(() => plainBody(body)).toThrow(
          expect.objectContaining({ errors: [expect.objectContaining({ field })] }) as Error,
        );
      }
    },
  );

  it.each(['firstName', 'password'])(
    'IN-06: refuses what decoders put in the place of broken UTF-8: %s',
    (field) => {
      const text = Buffer.from([0x61, 0xe4, 0x62]).toString();
      expect(() => plainBody({ [field]: text })).toThrow(InvalidUserDataError);
    },
  );

  it('PW-08: leaves lone surrogates in passwords to the password rules', () => {
    expect(() => plainBody({ firstName: '\ud800' })).toThrow(InvalidUserDataError);
    expect(plainBody({ password: '\ud800' })).toEqual({ password: '\ud800' });
  });
});
