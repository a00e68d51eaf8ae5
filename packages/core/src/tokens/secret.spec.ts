import { describe, expect, it } from 'vitest';
import { secretKey } from './secret.js';

describe('secretKey', () => {
  it.each([
    ['missing', undefined, /is missing/],
    ['null', null, /is missing/],
    ['empty', '', /is missing.*environment variable set\?/],
    ['a number', 12345678901234567890, /is missing/],
    ['the word secret', 'secret', /too short: 6 bytes/],
    ['31 bytes', 'abcdefghijklmnopqrstuvwxyz01234', /too short: 31 bytes/],
    ['the secret of jwt.io', 'a-string-secret-at-least-256-bits-long', /well-known/],
    ['a template', 'CHANGEME-CHANGEME-0123456789-abcdef', /well-known/],
    ['a tutorial', 'this-is-my-super-secret-key-123456789', /well-known/],
    ['one letter', 'a'.repeat(64), /a pattern/],
    ['a pattern', '0123'.repeat(16), /a pattern/],
  ])('TK-10: refuses %s, and says how to make one', (_what, secret, message) => {
    expect(() => secretKey('authSecret', secret)).toThrow(message);
    expect(() => secretKey('authSecret', secret)).toThrow(/^authSecret .*randomBytes\(48\)/s);
  });

  it('TK-10: the message does not show the secret', () => {
    expect(() => secretKey('authSecret', 'changeme-0123456789-abcdefghijklm')).not.toThrow(/ijklm/);
  });

  it('accepts 32 random bytes in any encoding', () => {
    for (const text of ['k3J9xQ2mV7pL4sT8wZ1nB6yR5cF0hD3g', 'f3a8c1d94b7e2065'.repeat(2)]) {
      expect(secretKey('authSecret', text).symmetricKeySize).toBe(32);
    }
  });
});
