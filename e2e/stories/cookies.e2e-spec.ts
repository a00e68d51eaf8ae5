import { Controller, Get } from '@nestjs/common';
import {
  AuthBackend,
  Authenticated,
  CookieTransport,
  type CookieTransportOptions,
  CurrentUser,
  type IssuedToken,
  JwtTokenStrategy,
} from '@nestjs-users/core';
import { beforeAll, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { parseSetCookie } from '../harness/cookies.js';
import { tokenOf } from '../harness/doors.js';
import { forge, JWT_HEADER } from '../harness/forge.js';
import { type Host, SECRET } from '../harness/host.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { StoredTokenStrategy } from '../harness/stored-tokens.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller('greeting')
class GreetingController {
  @Get()
  @Authenticated({ optional: true, backends: ['cookie'] })
  greet(@CurrentUser() user: unknown): { isKnown: boolean } {
    return { isKnown: user !== null };
  }
}

/** Tokens of a length that somebody configures. */
class LongTokenStrategy extends StoredTokenStrategy {
  constructor(readonly length: number) {
    super();
  }

  override async write(...[claims, binding]: Parameters<StoredTokenStrategy['write']>) {
    const issued: IssuedToken = await super.write(claims, binding);
    return { ...issued, token: issued.token.padEnd(this.length, 'x') };
  }
}

const NAME = '__Host-users-cookie';
/** With this name, so many bytes are left for the token. */
const ROOM = 4096 - '__Host-users-fits'.length;

const login = (host: Host, { email, password }: Persona, backend = 'cookie'): Promise<Answer> =>
  host.send({
    method: 'POST',
    path: `/users/login/${backend}`,
    body: { username: email, password },
  });

tell(
  'Cookies',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    let good: string;
    beforeAll(async () => {
      persona = await newcomer(stage.host);
      good = await tokenOf(persona, 'cookie');
    });
    const statusWith = async (cookie: string) =>
      (await stage.host.send({ path: '/users/me', headers: { cookie } })).status;

    it('CK-01: the defaults are the strictest that a login can have', async () => {
      const answer = await login(stage.host, persona);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(answer.cookies).toHaveLength(1);
      const { name, value, attributes } = parseSetCookie(answer.cookies[0]!);
      expect(name).toBe(NAME);
      expect(value.split('.')).toHaveLength(3);
      expect(attributes).toEqual({
        secure: true,
        httponly: true,
        samesite: 'Lax',
        path: '/',
        'max-age': '3600',
      });
    });

    it.each([
      ['cookie', 3600],
      ['brief', 90],
    ] as const)('CK-02: the cookie %s lives as long as its token', async (backend, seconds) => {
      const { value, attributes } = parseSetCookie(
        (await login(stage.host, persona, backend)).cookies[0]!,
      );
      const { exp, iat } = JSON.parse(Buffer.from(value.split('.')[1]!, 'base64url').toString());
      expect(attributes['max-age']).toBe(String(seconds));
      expect(exp - iat).toBe(seconds);
    });

    it('CK-02: a cookie that browsers would drop is an error, not a login without a session', async () => {
      const fits = await login(stage.host, persona, 'fits');
      expect(fits.status).toBe(204);
      expect(parseSetCookie(fits.cookies[0]!).value).toHaveLength(ROOM);

      const before = stage.host.log.length;
      const tooLarge = await login(stage.host, persona, 'large');
      expect([tooLarge.status, tooLarge.cookies]).toEqual([500, []]);
      expect(stage.host.log.slice(before).join('\n')).toContain('more than 4096 bytes');
    });

    it('CK-08: two cookies of one name are nobody, in whatever order', async () => {
      expect(await statusWith(`${NAME}=${good}`), 'control').toBe(200);
      const evil = await tokenOf(await newcomer(stage.host), 'cookie');
      for (const other of [evil, good, 'evil', '']) {
        expect(await statusWith(`${NAME}=${good}; ${NAME}=${other}`), other).toBe(401);
        expect(await statusWith(`${NAME}=${other}; ${NAME}=${good}`), other).toBe(401);
        expect(await statusWith(`a=1; ${NAME}=${other};${NAME}=${good}; b=2`), other).toBe(401);
      }
    });

    it('CK-08: a cookie of a similar name is another cookie', async () => {
      for (const name of [
        'users-cookie',
        'x__Host-users-cookie',
        '__host-users-cookie',
        `${NAME}2`,
      ]) {
        expect(await statusWith(`${name}=${good}`), name).toBe(401);
        expect(await statusWith(`${name}=evil; ${NAME}=${good}`), name).toBe(200);
      }
    });

    it.each([
      ['empty', ''],
      ['without a value', NAME],
      ['a name and nothing', `${NAME}=`],
      ['percent-broken', `${NAME}=%E0%A4%A`],
      ['percent-encoded NUL', `${NAME}=%00`],
      ['garbage', `${NAME}={"a":[}\\"\u00ff;;;=;`],
      ['8 kB', `${NAME}=${'x'.repeat(8192)}`],
      ['8 kB of dots', `${NAME}=${'.'.repeat(8192)}`],
      ['in quotes', `${NAME}="TOKEN"`],
      ['percent-encoded dots', `${NAME}=ENCODED`],
      ['undefined', `${NAME}=undefined`],
      ['a thousand cookies', 'a=1; '.repeat(1000)],
      ['__proto__', `__proto__=1; ${NAME}=__proto__`],
    ])('CK-09: a cookie that is %s is nobody', async (_title, cookie) => {
      const headers = {
        cookie: cookie.replace('TOKEN', good).replace('ENCODED', good.replaceAll('.', '%2E')),
      };
      expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(401);
      const optional = await stage.host.send({ path: '/greeting', headers });
      expect([optional.status, optional.body]).toEqual([200, { isKnown: false }]);
    });

    it('CK-09: control: a good cookie among garbage is somebody', async () => {
      const headers = { cookie: `%; =x; __proto__=1; ${NAME}=${good};; junk` };
      expect((await stage.host.send({ path: '/greeting', headers })).body).toEqual({
        isKnown: true,
      });
    });

    it('CK-09: an expired token in a cookie is nobody', async () => {
      const claims = JSON.parse(Buffer.from(good.split('.')[1]!, 'base64url').toString());
      const expired = forge(JWT_HEADER, { ...claims, exp: Math.floor(Date.now() / 1000) });
      expect(await statusWith(`${NAME}=${expired}`)).toBe(401);
    });

    it('CK-11: no answer has CORS headers, whoever asks', async () => {
      const { email: username, password } = persona;
      const cookie = `${NAME}=${good}`;
      const origin = 'https://app.example.org';
      const preflight = { 'access-control-request-method': 'PATCH' };
      const answers = [
        await stage.host.send({ path: '/users/me', headers: { cookie, origin } }),
        await stage.host.send({ path: '/users/me', headers: { origin } }),
        await stage.host.send({
          method: 'POST',
          path: '/users/login/cookie',
          body: { username, password },
          headers: { origin },
        }),
        ...(await Promise.all(
          ['/users/me', '/users/register', '/users/login/cookie', '/users'].map((path) =>
            stage.host.send({ method: 'OPTIONS', path, headers: { origin, ...preflight } }),
          ),
        )),
      ];
      expect(answers.map(({ status }) => status).slice(0, 3)).toEqual([200, 401, 204]);
      for (const { headers } of answers) {
        expect(Object.keys(headers).filter((name) => /^access-control-|^vary$/.test(name))).toEqual(
          [],
        );
      }
    });
  },
  {
    controllers: [GreetingController],
    options: {
      backends: [
        cookieBackend('cookie', new JwtTokenStrategy({ secret: SECRET }), {
          trustedOrigins: ['https://app.example.org'],
        }),
        cookieBackend('brief', new JwtTokenStrategy({ secret: SECRET, lifetimeSeconds: 90 })),
        cookieBackend('fits', new LongTokenStrategy(ROOM)),
        cookieBackend('large', new LongTokenStrategy(ROOM + 1)),
      ],
    },
  },
);

function cookieBackend(
  name: string,
  strategy: AuthBackend['strategy'],
  options: CookieTransportOptions = {},
): AuthBackend {
  return new AuthBackend({ name, strategy, transport: new CookieTransport(options) });
}
