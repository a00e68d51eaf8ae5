import {
  AuthBackend,
  type Backend,
  BcryptPasswordHasher,
  BearerTransport,
  BreachedPasswordPolicy,
  CompositePasswordPolicy,
  CookieTransport,
  type CookieTransportOptions,
  DefaultPasswordPolicy,
  JwtTokenStrategy,
  LengthPasswordPolicy,
  type UsersModuleExtras,
  type UsersModuleOptions,
  UserDto,
  UsersModule,
} from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { SECRET } from '../harness/host.js';

type Values = Record<string, unknown>;

/** Boots with good options of which the given ones are spoilt, in the factory of a module. */
function bootWith(values: () => Values, extras: UsersModuleExtras = {}): Promise<unknown> {
  return boot({
    imports: [
      UsersModule.forRootAsync({
        adapter: MemoryUserAdapter,
        ...extras,
        useFactory: () => ({ ...goodOptions(), ...values() }) as UsersModuleOptions,
      }),
    ],
  });
}

const backend = (name: unknown, parts: Values = {}): Backend =>
  new AuthBackend({
    name: name as string,
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET }),
    ...parts,
  });
const cookie = (options: CookieTransportOptions): Values => ({
  backends: [backend('cookie', { transport: new CookieTransport(options) })],
});
const jwt = (options: Values): Values => ({
  backends: [backend('jwt', { strategy: new JwtTokenStrategy(options as never) })],
});

describe('CF-01: an application with bad values does not boot, and hears what to write', () => {
  it('boots with good values', async () => {
    const app = await bootWith(() => ({}));
    await (app as { close(): Promise<void> }).close();
  });

  it('refuses shape from the factory, which would be ignored', async () => {
    const values = (): Values => ({ path: 'accounts', routes: { register: false } });
    await expect(bootWith(values)).rejects.toThrow(/answered path, routes.*beside useFactory/);
  });

  it.each<[string, () => Values, RegExp]>([
    [
      'a value',
      () => ({ superuserMaySetPasswords: false }),
      /superuserMaySetPasswords.*superusersM/,
    ],
    ['several', () => ({ securitylog: true, mailLimits: false }), /`securitylog`, `mailLimits`/],
    ['a limit', () => ({ attemptLimits: { perUser: {} } }), /^attemptLimits .*perUser.*perAccount/],
  ])('refuses %s that there is not, which would be ignored', async (_what, values, problem) => {
    await expect(bootWith(values)).rejects.toThrow(problem);
  });

  it.each<[string, UsersModuleExtras, RegExp]>([
    [
      'a route',
      { routes: { regster: false } as never },
      /^UsersModule: routes .*regster.*register/,
    ],
    [
      'an entity for a read model',
      { models: { user: class Row {} as never } },
      /^models.user: Row shows nothing.*extends UserDto/,
    ],
    [
      'a model without rules',
      { models: { create: class Plain {} as never } },
      /^models.create: Plain .*extends CreateUserDto/,
    ],
    [
      'an instance for a model',
      { models: { user: new UserDto() as never } },
      /^models.user must be a class/,
    ],
    [
      'a model that there is not',
      { models: { read: class {} } as never },
      /^UsersModule: models .*read.*user/,
    ],
  ])('refuses %s, in the shape of the module', async (_what, extras, problem) => {
    expect(await refusalOf(Promise.resolve().then(() => bootWith(() => ({}), extras)))).toMatch(
      problem,
    );
  });

  const howToMakeOne = /randomBytes\(48\)/;
  it.each<[string, () => Values, ...RegExp[]]>([
    ['no reset secret', () => ({ resetPasswordTokenSecret: undefined }), /is missing/],
    ['an empty reset secret', () => ({ resetPasswordTokenSecret: '' }), /is missing/],
    ['a short reset secret', () => ({ resetPasswordTokenSecret: 'secret' }), /too short: 6 bytes/],
    [
      'a well-known reset secret',
      () => ({ resetPasswordTokenSecret: 'changeme-changeme-changeme-changeme' }),
      /well-known/,
    ],
    ['a pattern', () => ({ resetPasswordTokenSecret: 'abcd'.repeat(16) }), /pattern/],
  ])('reset secret: %s', async (_what, values, problem) => {
    const refusal = await refusalOf(bootWith(values));
    expect(refusal).toMatch(/^resetPasswordTokenSecret /);
    expect(refusal).toMatch(problem as RegExp);
    expect(refusal).toMatch(howToMakeOne);
    expect(refusal).not.toContain('changeme-');
  });

  it.each<[string, Values, RegExp]>([
    ['none', {}, /is missing/],
    ['a short one', { secret: 'x'.repeat(31) }, /too short: 31 bytes/],
    ['that of jwt.io', { secret: 'a-string-secret-at-least-256-bits-long' }, /well-known/],
  ])('secret of a JWT backend: %s', async (_what, options, problem) => {
    const refusal = await refusalOf(bootWith(() => jwt(options)));
    expect(refusal).toMatch(/^JwtTokenStrategy: secret /);
    expect(refusal).toMatch(problem);
    expect(refusal).toMatch(howToMakeOne);
  });

  const writeBackends = /`backends: \[new AuthBackend\(\{ name, transport, strategy \}\)\]`/;
  it.each<[string, () => Values, RegExp]>([
    ['none given', () => ({ backends: undefined }), writeBackends],
    ['an empty list', () => ({ backends: [] }), writeBackends],
    ['no list', () => ({ backends: backend('jwt') }), writeBackends],
    ['nothing in the list', () => ({ backends: [undefined] }), writeBackends],
    ['a plain object', () => ({ backends: [{ name: 'jwt' }] }), writeBackends],
    ['a strategy', () => ({ backends: [new JwtTokenStrategy({ secret: SECRET })] }), writeBackends],
    [
      'two of one name',
      () => ({ backends: [backend('jwt'), backend('jwt')] }),
      /two backends named "jwt"\. Give each its own name/,
    ],
    [
      'two that share a cookie',
      () => ({
        backends: ['a', 'b'].map((name) =>
          backend(name, { transport: new CookieTransport({ name: 'auth' }) }),
        ),
      }),
      /two .* named "cookie auth"\. Give each its own name/,
    ],
    [
      'one without transport',
      () => ({ backends: [backend('jwt', { transport: undefined })] }),
      /"jwt" needs a transport.*`transport: new BearerTransport\(\)`/,
    ],
    [
      'one without strategy',
      () => ({ backends: [backend('jwt', { strategy: undefined })] }),
      /"jwt" needs a strategy.*`strategy: new JwtTokenStrategy\(/,
    ],
    [
      'transport and strategy mixed up',
      () => ({ backends: [backend('jwt', { strategy: new BearerTransport() })] }),
      /"jwt" needs a strategy/,
    ],
    ...['', 'a/b', '__proto__', '1st', 'x'.repeat(33), undefined, null].map(
      (name): [string, () => Values, RegExp] => [
        `the name ${JSON.stringify(name)}`,
        () => ({ backends: [backend(name)] }),
        /cannot be the name of a backend: it must be a letter/,
      ],
    ),
  ])('backends: %s', async (_what, values, message) => {
    expect(await refusalOf(bootWith(values))).toMatch(message);
  });

  it.each<[CookieTransportOptions, RegExp]>([
    [{ sameSite: 'none', secure: false }, /sameSite: 'none' needs secure: true/],
    [{ name: '__Host-a', secure: false }, /without it, leave the prefix off/],
    [{ name: '__Host-a', domain: 'example.org' }, /give the cookie another name/],
    [{ domain: 'example.org' }, /give the cookie another name/],
    [{ name: '__Host-a', path: '/users' }, /give the cookie another name/],
    [{ name: 'a b' }, /"a b" cannot be the name of a cookie/],
    [{ trustedOrigins: ['https://app.example.org/'] }, /Write "https:\/\/app\.example\.org"/],
    [{ trustedOrigins: ['*'] }, /Write for instance "https:\/\/app\.example\.org"/],
    [{ trustedOrigins: ['null'] }, /is no origin/],
  ])('cookie: %j', async (options, message) => {
    expect(await refusalOf(bootWith(() => cookie(options)))).toMatch(message);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3600'])(
    'the lifetime of tokens: %o',
    async (seconds) => {
      const message = /must be a whole number of seconds, at least 1; not /;
      const ofJwt = await refusalOf(
        bootWith(() => jwt({ secret: SECRET, lifetimeSeconds: seconds })),
      );
      expect(ofJwt).toMatch(/^JwtTokenStrategy: lifetimeSeconds /);
      expect(ofJwt).toMatch(message);
      const option = 'resetPasswordTokenLifetimeSeconds';
      const ofReset = await refusalOf(bootWith(() => ({ [option]: seconds })));
      expect(ofReset).toMatch(message);
      expect(ofReset).toContain(option);
    },
  );

  describe.each(['constantAnswerSeconds', 'listenerTimeoutSeconds', 'shutdownGraceSeconds'])(
    '%s',
    (option) => {
      it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 30 * 24 * 3600, '10'])(
        '%o',
        async (seconds) => {
          const refusal = await refusalOf(bootWith(() => ({ [option]: seconds })));
          expect(refusal).toMatch(new RegExp(`^${option} must be a number of seconds from 0`));
        },
      );
    },
  );

  const writeAdapter =
    /`imports: \[UsersTypeOrmModule\.forEntity\(User\)\]`.*`adapter: MyUserAdapter`/;
  it.each<[string, UsersModuleExtras, RegExp]>([
    ['none', { adapter: undefined as never }, /no user adapter/],
    ['a class that is none', { adapter: class Repository {} as never }, /lacks parseId, findById/],
    ['an object that is none', { adapter: { create() {} } as never }, /must extend UserAdapter/],
  ])('adapter: %s', async (_what, extras, message) => {
    const refusal = await refusalOf(bootWith(() => ({}), extras));
    expect(refusal).toMatch(message);
    expect(refusal).toMatch(writeAdapter);
  });

  it.each<[string, () => Values, RegExp]>([
    [
      'a plain hasher',
      () => ({ passwordHasher: { hash() {} } }),
      /`class … extends PasswordHasher`/,
    ],
    ['a plain policy', () => ({ passwordPolicy: () => true }), /`class … extends PasswordPolicy`/],
    [
      'PW-13: bcrypt below its floor',
      () => ({ passwordHasher: new BcryptPasswordHasher({ rounds: 9 }) }),
      /from 10 to 16, not 9/,
    ],
    [
      'PW-13: insecure bcrypt below bcrypt itself',
      () => ({
        passwordHasher: new BcryptPasswordHasher({ rounds: 3, allowInsecureRounds: true }),
      }),
      /from 4 to 16, not 3/,
    ],
    [
      'a hasher without queue',
      () => ({ passwordHasher: new BcryptPasswordHasher({ maxQueue: 0 }) }),
      /maxQueue must be a whole number above 0/,
    ],
    [
      'PW-01: a policy below 8 characters',
      () => ({ passwordPolicy: new LengthPasswordPolicy({ minLength: 7 }) }),
      /at least 8/,
    ],
    [
      'PW-01: the default policy below 8 characters',
      () => ({ passwordPolicy: new DefaultPasswordPolicy({ minLength: 7 }) }),
      /at least 8/,
    ],
    [
      'PW-11: a context word of three letters',
      () => ({ passwordPolicy: new DefaultPasswordPolicy({ contextWords: ['Acme', 'IBM'] }) }),
      /"IBM" in contextWords .* Write a longer form of it, or leave it out/,
    ],
    [
      'policies without any',
      () => ({ passwordPolicy: new CompositePasswordPolicy([]) }),
      /`new CompositePasswordPolicy\(\[new DefaultPasswordPolicy\(\), …\]\)`/,
    ],
    [
      'policies of which one is none',
      () => ({ passwordPolicy: new CompositePasswordPolicy([{ validate() {} }]) }),
      /each of a class that extends PasswordPolicy/,
    ],
    ...[
      'api.pwnedpasswords.com/range/',
      'ftp://127.0.0.1/range/',
      'https://127.0.0.1/range',
      'https://127.0.0.1/range/?mode=ntlm',
      'https://127.0.0.1/range/#x',
      'https://me:secret@127.0.0.1/range/',
    ].map((url): [string, () => Values, RegExp] => [
      `PW-12: ranges at ${url}`,
      () => ({ passwordPolicy: new BreachedPasswordPolicy({ url }) }),
      /url must be an http\(s\) address that ends in a slash.* Write it like https:/,
    ]),
    ...[0, -1, 61, Number.NaN, '1' as never].map((seconds): [string, () => Values, RegExp] => [
      `PW-12: a breach check of ${seconds} seconds`,
      () => ({ passwordPolicy: new BreachedPasswordPolicy({ timeoutSeconds: seconds }) }),
      /timeoutSeconds must be above 0, at most 60/,
    ]),
    [
      'PW-12: another rule for failures',
      () => ({ passwordPolicy: new BreachedPasswordPolicy({ whenUnavailable: 'ask' as never }) }),
      /whenUnavailable must be 'accept' or 'refuse'/,
    ],
  ])('passwords: %s', async (_what, values, message) => {
    expect(await refusalOf(bootWith(values))).toMatch(message);
  });
});

async function refusalOf(booting: Promise<unknown>): Promise<string> {
  try {
    await booting;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It has booted.');
}
