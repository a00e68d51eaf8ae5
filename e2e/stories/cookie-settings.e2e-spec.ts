import { CookieTransport, type CookieTransportOptions } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';

describe('Settings of cookies', () => {
  const refused: readonly (readonly [string, CookieTransportOptions])[] = [
    ['SameSite=None without Secure', { sameSite: 'none', secure: false }],
    ['__Host- without Secure', { name: '__Host-id', secure: false }],
    ['__Secure- without Secure', { name: '__Secure-id', secure: false }],
    ['__Host- with a domain', { name: '__Host-id', domain: 'example.org' }],
    ['__Host- with a path', { name: '__Host-id', path: '/users' }],
    ['the default name with a domain', { domain: 'example.org' }],
    ['the default name with a path', { path: '/users' }],
    ['a name with a blank', { name: 'my cookie' }],
    ['a name with a semicolon', { name: 'id;x' }],
    ['an empty name', { name: '' }],
    ['a value of SameSite that there is not', { sameSite: 'never' as never }],
    ['a domain with an attribute', { name: 'id', domain: 'example.org; Path=/x' }],
    ['a path with an attribute', { name: 'id', path: '/; Domain=evil.example' }],
  ];

  it.each(refused)('CK-01: %s refuses to boot', (_title, options) => {
    expect(() => new CookieTransport(options)).toThrow(TypeError);
  });

  it.each([
    [
      'None with Secure',
      { sameSite: 'none' },
      'Max-Age=5; Path=/; HttpOnly; Secure; SameSite=None',
    ],
    ['plain HTTP', { secure: false }, 'Max-Age=5; Path=/; HttpOnly; SameSite=Lax'],
    [
      'all subdomains',
      { name: 'id', domain: 'example.org', path: '/users', sameSite: 'strict' },
      'Max-Age=5; Domain=example.org; Path=/users; HttpOnly; Secure; SameSite=Strict',
    ],
  ] as const)('CK-01: %s only if somebody says so', (_title, options, attributes) => {
    const transport = new CookieTransport(options).forBackend('web', { hasRefreshTokens: false });
    const { headers, body } = transport.login({ token: 'T', expiresInSeconds: 5 });
    expect(headers).toEqual([
      ['Set-Cookie', expect.stringMatching(/^(__Host-users-web|users-web|id)=T; /)],
    ]);
    expect(headers[0]![1].split('; ').slice(1).join('; ')).toBe(attributes);
    expect(body).toBeUndefined();
  });
});
