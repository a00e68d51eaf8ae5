import { createPublicKey } from 'node:crypto';
import { AuthBackend, BearerTransport, JwtTokenStrategy } from '@nestjs-users/core';
import { MemoryTokenStore, MemoryUserAdapter } from '@nestjs-users/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearerHeader, tokenOf } from '../harness/doors.js';
import { expectUnauthorized } from '../harness/errors.js';
import { type Claims, claimsOf, forge, hmac } from '../harness/forge.js';
import { Host } from '../harness/host.js';
import { keyAlgorithms, newKey, signingWith } from '../harness/keys.js';
import type { User } from '../harness/models.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { isLiving, pairFor, pairOf, refreshing, refreshWith } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';

const PREVIOUS = 'aH5tR2wE9qY6uI3oP8zX1cV4bN7mK0jL-previous';
const ISSUER = 'https://accounts.example.org';
const issuerKey = newKey('ES256', '2026-11');

const JWKS = { path: '/users/.well-known/jwks.json' };
const me = (host: Host, token: string) =>
  host.send({ path: '/users/me', headers: bearerHeader(token) });
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Claims;

describe.each(keyAlgorithms)('%s', (algorithm) => {
  const current = newKey(algorithm, '2026-11');
  const previous = newKey(algorithm, '2026-08');
  const stranger = newKey(algorithm, '2026-11');

  tell(
    `Tokens signed with ${algorithm}`,
    everyPlatform,
    (stage) => {
      let anna: Persona;
      let claims: Claims;
      beforeAll(async () => {
        anna = await newcomer(stage.host);
        claims = claimsOf(await tokenOf(anna, 'jwt'));
      });

      it('name their key, and open the door', async () => {
        const token = await tokenOf(anna, 'jwt');
        expect(headerOf(token)).toEqual({ alg: algorithm, typ: 'JWT', kid: '2026-11' });
        expect((await me(stage.host, token)).status).toBe(200);
      });

      it('TK-02: control: the claims, signed with the same key by somebody else, open it too', async () => {
        const header = { alg: algorithm, typ: 'JWT', kid: '2026-11' };
        expect((await me(stage.host, forge(header, claims, current.signer))).status).toBe(200);
      });

      it('TK-11: a key that does not sign any more still verifies', async () => {
        const header = { alg: algorithm, typ: 'JWT', kid: '2026-08' };
        expect((await me(stage.host, forge(header, claims, previous.signer))).status).toBe(200);
      });

      it.each([
        ['another key of the same name', '2026-11', stranger.signer],
        ['a key of ours under the name of another', '2026-08', current.signer],
        ['a key that nobody knows', 'unknown', current.signer],
        ['no name', undefined, current.signer],
        ['an empty name', '', current.signer],
        ['a name of an object', '__proto__', current.signer],
        ['a path', '../2026-11', current.signer],
      ])('TK-03: signed with %s they are nothing', async (_title, kid, signer) => {
        const header = { alg: algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) };
        expectUnauthorized(await me(stage.host, forge(header, claims, signer)));
      });

      it.each(keyAlgorithms.filter((other) => other !== algorithm))(
        'TK-02: the header cannot make the key one for %s',
        async (other) => {
          const header = { alg: other, typ: 'JWT', kid: '2026-11' };
          const attempts = [current.signer, newKey(other, '2026-11').signer];
          if (current.publicKey) {
            attempts.push(hmac(current.publicKey.export({ type: 'spki', format: 'pem' })));
            attempts.push(hmac(current.publicKey.export({ type: 'spki', format: 'der' })));
            attempts.push(hmac(JSON.stringify(current.publicKey.export({ format: 'jwk' }))));
          }
          for (const signer of attempts) {
            expectUnauthorized(await me(stage.host, forge(header, claims, signer)));
          }
        },
      );

      it.each([
        ['has expired', { exp: Math.floor(Date.now() / 1000) }],
        ['never expires', { exp: undefined }],
        ['expires at no time', { exp: '9999999999' }],
        ['is not good yet', { nbf: Math.floor(Date.now() / 1000) + 60 }],
        ['comes from the future', { iat: Math.floor(Date.now() / 1000) + 60 }],
        ['is for another door', { aud: 'nestjs-users:auth:mobile' }],
        ['is for nobody', { aud: undefined }],
        ['is a refresh token', { aud: 'nestjs-users:refresh:jwt' }],
      ])('TK-06: a token that %s is nothing', async (_title, change) => {
        const header = { alg: algorithm, typ: 'JWT', kid: '2026-11' };
        const token = forge(header, { ...claims, ...change }, current.signer);
        expectUnauthorized(await me(stage.host, token));
      });

      it('TK-13: another spelling of the signature is another token', async () => {
        const token = await tokenOf(anna, 'jwt');
        expect((await me(stage.host, token)).status).toBe(200);
        for (const other of [`${token}=`, `${token}A`, token.slice(0, -1), `${token}.`]) {
          expectUnauthorized(await me(stage.host, other));
        }
      });

      it.each(refreshing)('RF-01: a refresh at %s works as with a secret', async (backend) => {
        const first = await pairFor(anna, backend);
        const second = pairOf(await refreshWith(stage.host, backend, first.refresh));
        const again = pairOf(await refreshWith(stage.host, backend, first.refresh));
        expect(claimsOf(again?.refresh ?? '')).toEqual(claimsOf(second?.refresh ?? ''));
        expect(await isLiving(stage.host, backend, second?.access ?? '')).toBe(true);
        expectUnauthorized(await me(stage.host, second?.refresh ?? ''));
      });

      it('publishes the public halves of its keys, and nothing else', async () => {
        const answer = await stage.host.send(JWKS);
        expect(answer.status).toBe(200);
        expect(answer.headers['cache-control']).toBe('public, max-age=300');
        const expected = [current, previous].flatMap(({ publicKey }, index) =>
          publicKey
            ? [
                {
                  ...publicKey.export({ format: 'jwk' }),
                  kid: ['2026-11', '2026-08'][index],
                  alg: algorithm,
                  use: 'sig',
                },
              ]
            : [],
        );
        expect(answer.body).toEqual({ keys: expected });
        for (const secret of ['"d"', '"p"', '"q"', '"k"'])
          expect(answer.text).not.toContain(secret);
      });
    },
    signingWith([current.key, previous.key]),
  );
});

describe.each(keyAlgorithms)('Replacing a key of %s', (algorithm) => {
  const old = newKey(algorithm, 'old');
  const fresh = newKey(algorithm, 'fresh');
  const setup = { platform: 'fastify', database: 'sqlite', flavour: 'bare' } as const;
  const stages = [
    ['the old one alone', [old.key]],
    ['the new one is known', [old.key, fresh.key]],
    ['the new one signs', [fresh.key, old.key]],
    ['the new one alone', [fresh.key]],
  ] as const;
  const store = new MemoryTokenStore();
  const adapter = new MemoryUserAdapter<User>();
  let hosts: Host[] = [];
  beforeAll(async () => {
    hosts = await Promise.all(
      stages.map(([, keys]) => {
        const { extras, options } = signingWith(keys, { store });
        return Host.start(setup, { options, extras: { ...extras, imports: [], adapter } });
      }),
    );
  });
  afterAll(async () => {
    for (const host of hosts.toReversed()) await host.close();
  });

  it.each([0, 1, 2])(
    'TK-11: while processes go from one step to the next, all of them read all tokens (step %d)',
    async (step) => {
      const [one, other] = [hosts[step] as Host, hosts[step + 1] as Host];
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const anna = await newcomer(from);
        const token = await tokenOf(anna, 'jwt');
        const { refresh } = await pairFor(anna, 'mobile');
        expect(headerOf(token)['kid']).toBe(hosts.indexOf(from) < 2 ? 'old' : 'fresh');
        expect((await me(to, token)).status).toBe(200);
        expect((await refreshWith(to, 'mobile', refresh)).status).toBe(200);
      }
    },
  );

  it('TK-11: control: two steps at once log people out', async () => {
    const [first, , , last] = hosts as [Host, Host, Host, Host];
    const anna = await newcomer(first);
    expectUnauthorized(await me(last, await tokenOf(anna, 'jwt')));
  });
});

tell(
  'From a secret to a key pair',
  everyPlatform,
  (stage) => {
    it('TK-11: tokens of the secret are good until they expire, and are not published', async () => {
      const anna = await newcomer(stage.host);
      const claims = claimsOf(await tokenOf(anna, 'jwt'));
      const old = forge({ alg: 'HS256', typ: 'JWT' }, claims, hmac(PREVIOUS));
      expect((await me(stage.host, old)).status).toBe(200);
      const { keys } = (await stage.host.send(JWKS)).body as { keys: Claims[] };
      expect(keys.map(({ kid }) => kid)).toEqual(['2026-11']);
      expect(createPublicKey({ key: keys[0] as never, format: 'jwk' }).type).toBe('public');
    });
  },
  {
    extras: { routes: { jwks: true } },
    options: {
      backends: [
        new AuthBackend({
          name: 'jwt',
          transport: new BearerTransport(),
          strategy: new JwtTokenStrategy({
            keys: [newKey('ES256', '2026-11').key],
            previousSecrets: [PREVIOUS],
          }),
        }),
      ],
    },
  },
);

tell(
  'Tokens that name who made them',
  everyPlatform,
  (stage) => {
    it('TK-06: without the issuer, or with another, a token is nothing', async () => {
      const anna = await newcomer(stage.host);
      const claims = claimsOf(await tokenOf(anna, 'jwt'));
      expect(claims['iss']).toBe(ISSUER);
      const header = { alg: 'ES256', typ: 'JWT', kid: '2026-11' };
      const show = (iss: unknown) =>
        me(stage.host, forge(header, { ...claims, iss }, issuerKey.signer));
      expect((await show(ISSUER)).status).toBe(200);
      for (const iss of [undefined, 'https://other.example.org', [ISSUER, 'x'], '']) {
        expectUnauthorized(await show(iss));
      }
      const { refresh } = await pairFor(anna, 'mobile');
      expect(claimsOf(refresh)['iss']).toBe(ISSUER);
      expect((await refreshWith(stage.host, 'mobile', refresh)).status).toBe(200);
    });
  },
  signingWith([issuerKey.key], { issuer: ISSUER }),
);

describe('The document of an application that publishes no keys', () => {
  const setup = { platform: 'express', database: 'sqlite', flavour: 'bare' } as const;
  it('is not there unless it is switched on', async () => {
    const host = await Host.start(setup);
    expect((await host.send(JWKS)).status).toBe(404);
    await host.close();
  });
});
