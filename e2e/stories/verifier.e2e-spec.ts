import {
  AuthBackend,
  Authenticated,
  BearerTransport,
  CookieTransport,
  describeUsers,
  JwtTokenStrategy,
  UsersModule,
  UsersVerifierModule,
  type UsersVerifierModuleOptions,
} from '@nestjs-users/core';
import { Controller, Get } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { tokenOf } from '../harness/doors.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { type Claims, claimsOf, forge } from '../harness/forge.js';
import { Host } from '../harness/host.js';
import { newKey, pairAlgorithms, signingWith } from '../harness/keys.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { pairFor } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';
import { KeyServer, OrdersController, SecondService } from '../harness/verifier.js';

const realNow = performance.now.bind(performance);
const backends = () => ({ jwt: new BearerTransport(), web: new CookieTransport() });
const jwksOf = (host: Host) => `${host.origin}/users/.well-known/jwks.json`;

describe.each(pairAlgorithms)('%s', (algorithm) => {
  const current = newKey(algorithm, '2026-11');
  const previous = newKey(algorithm, '2026-08');

  tell(
    `A second service that reads keys of ${algorithm}`,
    everyPlatform.filter(({ flavour }) => flavour === 'bare'),
    (stage, { platform }) => {
      let anna: Persona;
      const services: [string, SecondService][] = [];
      beforeAll(async () => {
        anna = await newcomer(stage.host);
        const publicKeys = [current, previous].map(({ published }) => published!);
        for (const [title, keys] of [
          ['from the first', { jwksUri: jwksOf(stage.host) }],
          ['from its configuration', { publicKeys }],
        ] as const) {
          const service = await SecondService.start(platform, { backends: backends(), ...keys });
          services.push([title, service]);
        }
      });
      afterAll(async () => {
        for (const [, service] of services) await service.close();
      });

      it('knows who somebody is by their token, and nothing more of them', async () => {
        for (const [title, service] of services) {
          const token = await tokenOf(anna, 'jwt');
          const { iat, exp } = claimsOf(token) as { iat: number; exp: number };
          const answer = await service.orders(token);
          expect([answer.status, answer.body], title).toEqual([
            200,
            {
              user: {
                id: anna.id,
                backend: 'jwt',
                issuedAt: new Date(iat * 1000).toISOString(),
                expiresAt: new Date(exp * 1000).toISOString(),
              },
            },
          ]);
        }
      });

      it('lets others in only where that is said', async () => {
        for (const [title, service] of services) {
          const answer = await service.send({ path: '/orders' });
          expectUnauthorized(answer);
          expect(answer.headers['www-authenticate'], title).toBe('Bearer, Cookie');
          expect((await service.send({ path: '/orders/catalogue' })).body).toEqual({ user: null });
          expect((await service.send({ path: '/orders/offers' })).body).toEqual({ id: null });
          const headers = { authorization: `Bearer ${await tokenOf(anna, 'jwt')}` };
          const { body } = await service.send({ path: '/orders/offers', headers });
          expect(body).toEqual({ id: anna.id });
        }
      });

      it('takes cookies, and no other site’s requests with them', async () => {
        const { access } = await pairFor(anna, 'web');
        const cookie = `__Host-users-web=${access}`;
        for (const [, service] of services) {
          const read = await service.send({ path: '/orders', headers: { cookie } });
          expect(read.body.user).toMatchObject({ id: anna.id, backend: 'web' });
          expect(read.body.user.sessionId).toBe(claimsOf(access)['sid']);
          const write = { method: 'POST', path: '/orders' };
          expectError(await service.send({ ...write, headers: { cookie } }), 403, 'CSRF_REJECTED');
          const own = { cookie, 'sec-fetch-site': 'same-origin' };
          expect((await service.send({ ...write, headers: own })).status).toBe(201);
        }
      });

      it('RS-12, TK-02, TK-06: takes no token of another kind, and none of a stranger', async () => {
        const claims = claimsOf(await tokenOf(anna, 'jwt'));
        const header = { alg: algorithm, typ: 'JWT', kid: '2026-11' };
        const stranger = newKey(algorithm, '2026-11');
        const sign = (change: Claims, signer = current.signer, head: Claims = header) =>
          forge(head, { ...claims, ...change }, signer);
        const mobile = await pairFor(anna, 'mobile');
        const nothing = {
          'an access token of a backend that does not count': mobile.access,
          'a refresh token': mobile.refresh,
          'a refresh token of a backend that counts': (await pairFor(anna, 'web')).refresh,
          'a stranger’s key': sign({}, stranger.signer),
          'the key of another name': sign({}, previous.signer),
          'an unknown key': sign({}, current.signer, { ...header, kid: 'unknown' }),
          'no key': sign({}, current.signer, { alg: algorithm, typ: 'JWT' }),
          'HS256 with the public key': sign({}, newKey('HS256', 'x').signer, {
            ...header,
            alg: 'HS256',
          }),
          'no algorithm': sign({}, () => '', { ...header, alg: 'none' }),
          'a token that has expired': sign({ exp: Math.floor(Date.now() / 1000) }),
          'a token for a reset': sign({ aud: 'nestjs-users:reset-password' }),
          'a token for nobody': sign({ aud: undefined }),
        };
        for (const [, service] of services) {
          expect((await service.orders(sign({}))).status, 'control').toBe(200);
          for (const [title, token] of Object.entries(nothing)) {
            expect((await service.orders(token)).status, title).toBe(401);
          }
        }
      });
    },
    signingWith([current.key, previous.key]),
  );
});

describe('The keys of the first service', () => {
  const [old, fresh] = [newKey('EdDSA', 'old'), newKey('EdDSA', 'fresh')];
  const claims: Claims = {
    sub: '1',
    fpt: 'x',
    aud: 'nestjs-users:auth:jwt',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 3600,
  };
  const token = ({ signer }: typeof old, kid: string) =>
    forge({ alg: 'EdDSA', typ: 'JWT', kid }, claims, signer);
  const listOf = (...keys: (typeof old)[]) => ({
    keys: keys.map(({ key, publicKey }) => ({
      ...publicKey!.export({ format: 'jwk' }),
      kid: key.id,
    })),
  });

  let server: KeyServer;
  let service: SecondService;
  const open = async (options: Partial<UsersVerifierModuleOptions> = {}) => {
    service = await SecondService.start('fastify', {
      backends: { jwt: new BearerTransport() },
      jwksUri: server.uri,
      ...options,
    });
  };
  beforeEach(async () => {
    server = await KeyServer.start();
    server.answer = listOf(old);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await service.close();
    await server.stop();
  });

  /** Lets so many seconds pass since the test began, by the clock that the service looks at. */
  const later = (seconds: number) => {
    vi.spyOn(performance, 'now').mockImplementation(() => realNow() + seconds * 1000);
  };

  it('are asked for once, however many requests need them', async () => {
    await open();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => service.orders(token(old, 'old'))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(server.hits).toBe(1);
  });

  it('TK-11: a new key counts as soon as a token names it, an old one until it is withdrawn', async () => {
    await open();
    expect((await service.orders(token(old, 'old'))).status).toBe(200);
    server.answer = listOf(old, fresh);
    later(11);
    expect((await service.orders(token(fresh, 'fresh'))).status).toBe(200);
    server.answer = listOf(fresh);
    later(400);
    await service.orders(token(old, 'old'));
    await vi.waitFor(async () =>
      expect((await service.orders(token(old, 'old'))).status).toBe(401),
    );
    expect((await service.orders(token(fresh, 'fresh'))).status).toBe(200);
    expect(server.hits).toBe(3);
  });

  it('TK-03: invented names do not make the service ask all the time', async () => {
    await open();
    for (let index = 0; index < 100; index++) {
      const { status } = await service.orders(token(fresh, `invented-${index}`));
      expect(status).toBe(401);
    }
    expect(server.hits).toBe(1);
  });

  it('TK-02: what is no token of a key pair is refused without asking', async () => {
    await open();
    for (const text of ['nonsense', 'a.b.c', forge({ alg: 'HS256', kid: 'old' }, claims)]) {
      expect((await service.orders(text)).status).toBe(401);
    }
    expect(server.hits).toBe(0);
  });

  it('TK-17: while the first service is away, the known keys count', async () => {
    await open();
    expect((await service.orders(token(old, 'old'))).status).toBe(200);
    await server.stop();
    later(3600);
    expect((await service.orders(token(old, 'old'))).status).toBe(200);
    expectError(await service.orders(token(fresh, 'fresh')), 503, 'SERVICE_UNAVAILABLE');
    later(86_401);
    expectError(await service.orders(token(old, 'old')), 503, 'SERVICE_UNAVAILABLE');
    await server.restart();
    later(90_000);
    expect((await service.orders(token(old, 'old'))).status).toBe(200);
  });

  it.each([
    ['is not there', 404],
    ['is in trouble', 500],
    ['sends the service elsewhere', 302],
    ['answers no list', { nothing: true }],
    ['answers never', 'silence'],
  ] as const)('TK-17: a first service that %s means 503, never 401', async (_title, answer) => {
    server.answer = answer;
    await open({ jwksTimeoutSeconds: 0.2 });
    const refusal = await service.orders(token(old, 'old'));
    expectError(refusal, 503, 'SERVICE_UNAVAILABLE');
    expect(refusal.headers['retry-after']).toBe('1');
    expect(refusal.text).not.toContain('127.0.0.1');
    expectUnauthorized(await service.send({ path: '/orders' }), 'Bearer');
  });

  it('keys that fit no algorithm of ours stand beside those that do', async () => {
    const rsa = newKey('RS256', 'rsa').publicKey!.export({ format: 'jwk' });
    server.answer = {
      keys: [
        null,
        'text',
        { kty: 'oct', k: 'YXR0YWNrZXI', kid: 'secret' },
        { ...rsa, kid: 'encryption', use: 'enc' },
        { ...rsa, kid: 'pss', alg: 'PS256' },
        { ...rsa, n: 'AQAB', kid: 'tiny' },
        { ...listOf(old).keys[0], kid: undefined },
        ...listOf(old).keys,
      ],
    };
    await open();
    expect((await service.orders(token(old, 'old'))).status).toBe(200);
    for (const kid of ['secret', 'encryption', 'pss', 'tiny', 'undefined']) {
      expect((await service.orders(token(old, kid))).status).toBe(401);
    }
  });
});

it('A second service says in OpenAPI how its routes are opened', async () => {
  const { published } = newKey('ES256', 'a');
  const options = { backends: backends(), publicKeys: [published!] };
  const imports = [UsersVerifierModule.forRoot({ ...options, isGlobal: true })];
  const app = await boot({ imports, controllers: [OrdersController] });
  const config = new DocumentBuilder().build();
  const document = describeUsers(app, SwaggerModule.createDocument(app, config));
  expect(document.components?.securitySchemes).toMatchObject({
    jwt: { type: 'http', scheme: 'bearer' },
    web: { type: 'apiKey', in: 'cookie', name: '__Host-users-web' },
  });
  expect(document.paths['/orders']?.get?.security).toEqual([{ jwt: [] }, { web: [] }]);
  expect(document.paths['/orders/catalogue']?.get?.security ?? []).toEqual([]);
  expect(Object.keys(document.paths['/orders']?.get?.responses ?? {})).toContain('401');
  await app.close();
});

describe('A second service that would not be safe', () => {
  const jwt = new BearerTransport();
  const { published } = newKey('ES256', 'a');
  const uri = 'https://accounts.example.org/users/.well-known/jwks.json';

  @Controller()
  class RightsController {
    @Get()
    @Authenticated({ superuser: true })
    all(): void {}
  }

  @Controller()
  class UnknownController {
    @Get()
    @Authenticated({ backends: ['session'] })
    all(): void {}
  }

  it.each([
    ['no keys', {}, /either jwksUri or publicKeys/],
    ['keys from two places', { jwksUri: uri, publicKeys: [published] }, /either jwksUri or/],
    ['an empty address', { jwksUri: '' }, /Is the environment variable set/],
    ['an address that is none', { jwksUri: 'accounts/jwks' }, /must be a URL/],
    ['a password', { jwksUri: uri.replace('//', '//user:secret@') }, /without user or password/],
    ['a file', { jwksUri: 'file:///etc/keys.json' }, /must be a URL that begins with https/],
    ['plain HTTP', { jwksUri: uri.replace('https', 'http') }, /allowInsecureJwksUri: true/],
    ['an empty list of keys', { publicKeys: [] }, /publicKeys is empty/],
    ['a private key', { publicKeys: [newKey('ES256', 'a').key] }, /"a" can sign tokens/],
    ['a shared secret', { publicKeys: [newKey('HS256', 'a').key] }, /"a" can sign tokens/],
    ['no backends', { backends: {}, jwksUri: uri }, /needs the backends whose tokens count/],
    ['a lifetime of nothing', { jwksUri: uri, jwksMaxAgeSeconds: 0 }, /jwksMaxAgeSeconds/],
  ])('CF-01: does not boot with %s', async (_title, options, message) => {
    const values = { backends: { jwt }, ...options } as UsersVerifierModuleOptions;
    const imports = [UsersVerifierModule.forRootAsync({ useFactory: () => values })];
    await expect(boot({ imports })).rejects.toThrow(message);
  });

  it('CF-01: a network that encrypts underneath has to be claimed', async () => {
    const options = { backends: { jwt }, jwksUri: 'http://accounts:3000/jwks.json' };
    const module = UsersVerifierModule.forRoot({ ...options, allowInsecureJwksUri: true });
    await (await boot({ imports: [module] })).close();
  });

  it.each([
    ['rights', RightsController, /demands a superuser, and tokens say nothing of rights/],
    ['a backend that does not count', UnknownController, /asks for the backend "session"/],
  ])('CF-04: does not boot with a route that demands %s', async (_title, controller, message) => {
    const options = { backends: { jwt }, publicKeys: [published!] };
    const imports = [UsersVerifierModule.forRoot({ ...options, isGlobal: true })];
    await expect(boot({ imports, controllers: [controller] })).rejects.toThrow(message);
  });

  it('CF-01: two keys of one name in two backends of the first', async () => {
    const backend = (name: string) =>
      new AuthBackend({
        name,
        transport: new BearerTransport(),
        strategy: new JwtTokenStrategy({ keys: [newKey('ES256', 'same').key] }),
      });
    const options = goodOptions({ backends: [backend('a'), backend('b')] });
    await expect(boot({ imports: [UsersModule.forRoot(options)] })).rejects.toThrow(
      /two different keys named "same"/,
    );
  });
});
