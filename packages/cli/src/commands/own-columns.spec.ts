import { describe, expect, it } from 'vitest';
import { readOwnColumns } from './own-columns.js';

describe('the columns of the application', () => {
  it('are a JSON object', () => {
    expect(readOwnColumns('{"firstName":"Ada","age":36}')).toEqual({ firstName: 'Ada', age: 36 });
  });

  it.each([
    ['CANARY', /not JSON/],
    ['["CANARY"]', /JSON object/],
    ['null', /JSON object/],
    ['{"password":"CANARY"}', /password cannot be set here/],
    ['{"isSuperuser":false,"email":"x","id":1}', /isSuperuser, email, id cannot/],
    ['{"hashedPassword":"CANARY"}', /hashedPassword cannot/],
  ])('are not %s', (text, message) => {
    expect(() => readOwnColumns(text)).toThrow(message);
    expect(() => readOwnColumns(text)).not.toThrow(/CANARY/);
  });
});
