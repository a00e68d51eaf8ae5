import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  type UsersModuleOptions,
} from '@nestjs-users/core';
import { Host, SECRET } from '../harness/host.js';
import { everyPlatform } from '../harness/tell.js';

/** Secrets that must not sign anything. */
const bad: readonly (readonly [title: string, secret: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['empty', ''],
  ['a number', 12345678901234567890123456789012],
  ['an object', { secret: SECRET }],
  ['secret', 'secret'],
  ['changeme', 'changeme'],
  ['one byte short of 256 bits', 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0g'],
  ['one letter 64 times', 'a'.repeat(64)],
  ['blanks', ' '.repeat(64)],
  ['digits 0 and 1', '01'.repeat(32)],
  ['"changeme" made long', 'changeme'.repeat(8)],
  ['the text of a tutorial', 'a-string-secret-at-least-256-bits-long'],
  ['the text of a template', 'please-CHANGE-ME-before-you-go-to-production-1234567890'],
  ['a sentence with "password"', 'the password of our application is 4711 and nothing else'],
  ['"undefined" and "null" are too short', String(undefined) + String(null)],
];

const good: readonly (readonly [title: string, secret: string])[] = [
  ['exactly 32 bytes', 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA'],
  ['32 bytes of fewer characters', 'éàüößçñêéàüößçñê'],
  ['64 hexadecimal digits', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
];

/** Where a secret can be configured. */
const places: Readonly<Record<string, (secret: string) => Partial<UsersModuleOptions>>> = {
  'JwtTokenStrategy: secret': (secret) => ({
    backends: [
      new AuthBackend({
        name: 'jwt',
        transport: new BearerTransport(),
        strategy: new JwtTokenStrategy({ secret }),
      }),
    ],
  }),
  resetPasswordTokenSecret: (secret) => ({ resetPasswordTokenSecret: secret }),
};

describe.each(Object.entries(places))('%s', (place, configure) => {
  /** Boots an application whose factory makes the options, as applications do. */
  const boot = (secret: unknown) =>
    Host.start(everyPlatform[0]!, {
      get options() {
        return configure(secret as string);
      },
    });

  it.each(bad)('TK-10: %s refuses to boot, and says what to do', async (_title, secret) => {
    const error = await boot(secret).then(
      (host) => host.close().then(() => undefined),
      (refusal: unknown) => refusal as Error,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error?.message).toContain(place);
    expect(error?.message).toContain('randomBytes(48)');
    if (typeof secret === 'string' && secret.length > 8) {
      expect(inspect(error, { depth: 10 })).not.toContain(secret);
    }
  });

  it.each(good)('TK-10: control: %s boots', async (_title, secret) => {
    const host = await boot(secret);
    expect((await host.send({ path: '/users/me' })).status).toBe(401);
    await host.close();
  });
});
