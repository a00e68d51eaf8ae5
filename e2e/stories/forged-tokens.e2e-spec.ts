import { constants, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDoors, opens } from '../harness/doors.js';
import { CONFIRMED } from '../harness/email-change.js';
import { type Claims, claimsOf, forge, hmac, JWT_HEADER, signedBy } from '../harness/forge.js';
import { SECRET } from '../harness/host.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' });
const der = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const jwk = (key: KeyObject) => key.export({ format: 'jwk' });

/** Counts whoever is tempted to fetch a key. */
const probe = { hits: 0, url: '', server: undefined as Server | undefined };

type Forgery = readonly [title: string, make: (claims: Claims) => string];

const unsigned: Forgery[] = ['none', 'None', 'NONE', 'nOnE', '', null, 0, ['HS256']].flatMap(
  (alg): Forgery[] => [
    [
      `alg ${JSON.stringify(alg)} without a signature`,
      (claims) => forge({ alg, typ: 'JWT' }, claims, () => ''),
    ],
    [
      `alg ${JSON.stringify(alg)} with a good HS256 signature`,
      (claims) => forge({ alg, typ: 'JWT' }, claims),
    ],
  ],
);

const stripped: Forgery[] = [
  ['HS256 with an empty signature', (claims) => forge(JWT_HEADER, claims, () => '')],
  [
    'HS256 with the signature part missing',
    (claims) => forge(JWT_HEADER, claims).split('.').slice(0, 2).join('.'),
  ],
  ['no alg at all', (claims) => forge({ typ: 'JWT' }, claims)],
  ['an empty key', (claims) => forge(JWT_HEADER, claims, hmac(''))],
  ['another secret', (claims) => forge(JWT_HEADER, claims, hmac(`${SECRET}!`))],
];

const otherAlgorithms: Forgery[] = [
  ['RS256', (claims) => forge({ alg: 'RS256' }, claims, signedBy(rsa.privateKey, 'sha256'))],
  ['PS256', (claims) => forge({ alg: 'PS256' }, claims, signedBy(rsa.privateKey, 'sha256', pss))],
  ['ES256', (claims) => forge({ alg: 'ES256' }, claims, signedBy(p256.privateKey, 'sha256'))],
  ['EdDSA', (claims) => forge({ alg: 'EdDSA' }, claims, signedBy(ed25519.privateKey, null))],
  ['HS384, our secret', (claims) => forge({ alg: 'HS384' }, claims, hmac(SECRET, 'sha384'))],
  ['HS512, our secret', (claims) => forge({ alg: 'HS512' }, claims, hmac(SECRET, 'sha512'))],
  ['HS512 said, HS256 done', (claims) => forge({ alg: 'HS512', typ: 'JWT' }, claims)],
  ['HS256 said, HS512 done', (claims) => forge(JWT_HEADER, claims, hmac(SECRET, 'sha512'))],
  ...[rsa, p256, ed25519].flatMap(({ publicKey }): Forgery[] => {
    const kind = publicKey.asymmetricKeyType;
    return [
      [`HS256 keyed with ${kind} PEM`, (claims) => forge(JWT_HEADER, claims, hmac(pem(publicKey)))],
      [`HS256 keyed with ${kind} DER`, (claims) => forge(JWT_HEADER, claims, hmac(der(publicKey)))],
      [
        `HS256 keyed with ${kind} JWK`,
        (claims) => forge(JWT_HEADER, claims, hmac(JSON.stringify(jwk(publicKey)))),
      ],
    ];
  }),
];

/** The attacker signs with a key of their own and names the place where it is to be found. */
const offeredKeys: Forgery[] = [
  ['kid: path traversal', { kid: '../../../../dev/null' }, ''],
  ['kid: path of a known file', { kid: '/proc/sys/kernel/ostype' }, 'Linux\n'],
  ['kid: SQL', { kid: "x' UNION SELECT 'attacker-key' -- " }, 'attacker-key'],
  ['kid: URL', { kid: 'URL' }, 'attacker-key'],
  ['jku', { jku: 'URL' }, 'attacker-key'],
  ['x5u', { x5u: 'URL' }, 'attacker-key'],
  ['jwk: the symmetric key itself', { jwk: { kty: 'oct', k: 'YXR0YWNrZXIta2V5' } }, 'attacker-key'],
  ['x5c', { x5c: [Buffer.from('attacker-key').toString('base64')] }, 'attacker-key'],
].map(
  ([title, header, key]) =>
    [
      String(title),
      (claims) => forge({ ...JWT_HEADER, ...withUrl(header as Claims) }, claims, hmac(String(key))),
    ] as const,
);
offeredKeys.push([
  'jwk: a public key, and its RS256 signature',
  (claims) =>
    forge(
      { alg: 'RS256', jwk: jwk(rsa.publicKey), jku: probe.url },
      claims,
      signedBy(rsa.privateKey, 'sha256'),
    ),
]);

/** Signed with our own secret: only what the header asks for is wrong. */
const extensions: Forgery[] = [
  { crit: ['exp'] },
  { crit: ['b64'], b64: false },
  { crit: ['urn:example:unknown'], 'urn:example:unknown': true },
  { crit: [] },
  { crit: 'exp' },
  { b64: false },
  { zip: 'DEF' },
  { enc: 'A256GCM' },
  { cty: 'JWT' },
  { typ: 'JWE' },
  { typ: 'dpop+jwt' },
].map((header) => [
  JSON.stringify(header),
  (claims) => forge({ ...JWT_HEADER, ...header }, claims),
]);

const notOurs: Forgery[] = [
  ['five parts (JWE)', () => `${forge({ alg: 'dir', enc: 'A256GCM' }, 'iv')}.Y2lwaGVy.dGFn`],
  ['direct encryption in three parts', (claims) => forge({ alg: 'dir', enc: 'A256GCM' }, claims)],
  ['a token within a token', (claims) => forge(JWT_HEADER, forge(JWT_HEADER, claims))],
  [
    'a nested token said to be one',
    (claims) => forge({ ...JWT_HEADER, cty: 'JWT' }, forge(JWT_HEADER, claims)),
  ],
  ['a payload of text', () => forge(JWT_HEADER, 'not JSON')],
  ['a payload of compressed bytes', () => forge(JWT_HEADER, Buffer.from([0x78, 0x9c, 0xed, 0xff]))],
  ['a payload of null', () => forge(JWT_HEADER, 'null')],
  ['a payload of a list', (claims) => forge(JWT_HEADER, [claims])],
  ['a payload of a number', () => forge(JWT_HEADER, '1')],
  ['an empty payload', () => forge(JWT_HEADER, '')],
  ['a header of text', (claims) => forge('not JSON', claims)],
  ['a header of null', (claims) => forge('null', claims)],
  ['a header of a list', (claims) => forge([JWT_HEADER], claims)],
  [
    'five thousand characters',
    (claims) => forge(JWT_HEADER, { ...claims, more: 'x'.repeat(5000) }),
  ],
];

tell(
  'Forged tokens',
  everyPlatform,
  (stage) => {
    const claims: Record<string, Claims> = {};
    beforeAll(async () => {
      probe.server = createServer((_request, response) => {
        probe.hits++;
        response.end(JSON.stringify({ keys: [{ kty: 'oct', k: 'YXR0YWNrZXIta2V5', kid: 'URL' }] }));
      });
      await new Promise<void>((listening) => {
        probe.server?.listen(0, '127.0.0.1', () => listening());
      });
      probe.url = `http://127.0.0.1:${(probe.server.address() as AddressInfo).port}/keys.json`;
      const victim = await newcomer(stage.host);
      for (const door of allDoors) claims[door.name] = claimsOf(await door.genuine(victim));
    });
    afterAll(() => {
      probe.server?.close();
    });

    describe.each(allDoors)('at the door of $name', (door) => {
      const show = (make: Forgery[1]) => opens(door, stage.host, make(claims[door.name] ?? {}));

      it('TK-01: control: the claims, signed by our secret under our header, open it', async () => {
        expect(await show((genuine) => forge(JWT_HEADER, genuine))).toBe(true);
      });

      it.each([...unsigned, ...stripped])('TK-01: %s is refused', async (_title, make) => {
        expect(await show(make)).toBe(false);
      });

      it.each(otherAlgorithms)('TK-02: %s is refused', async (_title, make) => {
        expect(await show(make)).toBe(false);
      });

      it.each(offeredKeys)('TK-03: %s is refused, and nobody fetches it', async (_title, make) => {
        expect(await show(make)).toBe(false);
        expect(probe.hits).toBe(0);
      });

      it.each(extensions)('TK-04: a header with %s is refused', async (_title, make) => {
        expect(await show(make)).toBe(false);
      });

      it.each(notOurs)('TK-15: %s is refused', async (_title, make) => {
        expect(await show(make)).toBe(false);
      });
    });
  },
  CONFIRMED,
);

function withUrl(header: Claims): Claims {
  return Object.fromEntries(
    Object.entries(header).map(([key, value]) => [key, value === 'URL' ? probe.url : value]),
  );
}
