import * as fc from 'fast-check';
import { claimsOf, forge, hmac, JWT_HEADER } from '../harness/forge.js';
import { type Actor, backends, bearers, type Cast, cookies } from './cast.js';
import { mailedToken } from './mailbox.js';
import type { Random } from './random.js';

/** Header lines, for a name may stand twice. */
export type Lines = readonly (readonly [name: string, value: string])[];

/** What a request says of who sends it. */
export interface Credential {
  readonly lines: Lines;
  /** Whose rights the request may have by it; nobody's if it must be refused. */
  readonly of: Actor | null;
}

export const asLines = (headers: Readonly<Record<string, string>>): Lines =>
  Object.entries(headers);

/** A credential that is good, of any backend. */
export async function goodCredential(
  cast: Cast,
  actor: Actor,
  random: Random,
): Promise<Credential> {
  const { headers } = await cast.wallet(actor, random.pick(backends));
  return { lines: asLines(headers), of: actor.role === 'inactive' ? null : actor };
}

/** One that is not, or is written in a way that nobody writes it. */
export async function oddCredential(cast: Cast, actor: Actor, random: Random): Promise<Credential> {
  const { token } = await cast.wallet(actor, random.pick(bearers));
  const { token: cookieToken, headers } = await cast.wallet(actor, random.pick(cookies));
  const pair = headers['cookie'] ?? 'a=b';
  const name = pair.split('=')[0] ?? '';
  const site = ['sec-fetch-site', 'same-origin'] as const;
  // Schemes have no case (RFC 9110, 11.1), and of several cookies or headers one may be the good one.
  const good: (() => Lines)[] = [
    () => [['authorization', `bEARER ${token}`]],
    () => [['authorization', `Bearer  ${token}`]],
    () => [['authorization', `Bearer ${token} `]],
    () => [
      ['authorization', `Bearer ${token}`],
      ['authorization', 'Bearer x'],
    ],
    () => [['authorization', `Bearer ${token}, Bearer ${token}`]],
    () => [
      ['authorization', `Bearer ${token}`],
      ['cookie', `${name}=x`],
    ],
    () => [['cookie', `${pair}; ${pair}`], site],
    () => [['cookie', `${name}=x; ${pair}`], site],
    () => [['cookie', pair], ['cookie', `${name}=x`], site],
    () => [['cookie', `a=%; b; =c; ${pair};;`], site],
    () => [['cookie', pair]],
    () => [
      ['cookie', pair],
      ['sec-fetch-site', 'cross-site'],
    ],
    () => [
      ['cookie', pair],
      ['origin', 'https://app.example.org'],
    ],
    () => [
      ['cookie', pair],
      ['origin', 'null'],
      ['referer', 'x:/\\'],
    ],
    () => [['cookie', `${name}="${cookieToken}"`], site],
  ];
  if (random.chance(0.4)) return { lines: random.pick(good)(), of: actor };
  const text = await badToken(cast, token, random);
  const bad: (() => Lines)[] = [
    () => [['authorization', `Bearer ${text}`]],
    () => [['authorization', `Bearer ${text}`]],
    () => [['authorization', text]],
    () => [['authorization', `Bearer${text}`]],
    () => [['authorization', `Basic ${Buffer.from(text).toString('base64')}`]],
    () => [['authorization', `Digest username="${text}"`]],
    () => [['authorization', 'Bearer']],
    () => [['authorization', '']],
    () => [
      ['authorization', `Bearer ${text}`],
      ['authorization', `Bearer ${text}`],
    ],
    () => [['cookie', `${name}=${text}`], site],
    () => [['cookie', `${name}=${text}`], site],
    () => [['cookie', `${name.toUpperCase()}=${cookieToken}`], site],
    () => [['cookie', `users-cookie=${cookieToken}`], site],
    () => [['cookie', name], site],
    () => [['cookie', `${name}=%E0%A4%A; ${name}=%`], site],
    () => [['cookie', '\xff\xfe=\xc3\x28; ='], site],
    () => [['authorization', '\xe4\xf6\xfc \xff']],
    () => [['proxy-authorization', `Bearer ${token}`]],
  ];
  return { lines: random.pick(bad)(), of: null };
}

/** A token that opens no door of an access token. */
async function badToken(cast: Cast, good: string, random: Random): Promise<string> {
  const parts = good.split('.');
  const claims = parts.length === 3 ? claimsOf(good) : { sub: '1' };
  const makers: (() => string | Promise<string>)[] = [
    () => forge(JWT_HEADER, { ...claims, exp: 1 }),
    () => forge(JWT_HEADER, { ...claims, exp: 'x', iat: -1 }),
    () => forge(JWT_HEADER, { ...claims, sub: { $ne: null } }, hmac()),
    () => forge(JWT_HEADER, { ...claims, sub: "1' or '1'='1" }),
    () => forge(JWT_HEADER, { ...claims, aud: 'x' }),
    () => forge({ alg: 'none' }, claims, () => ''),
    () => forge({ alg: 'HS256', kid: "' or 1=1" }, claims, hmac('other-secret')),
    () => forge(JWT_HEADER, null),
    () => forge(JWT_HEADER, '[]'),
    () => forge('x', 'y'),
    () => forge(JWT_HEADER, '{"sub":"1","sub":"2"}', hmac('other')),
    () => `${good}x`,
    () => good.slice(0, -2),
    () => [...good].toReversed().join(''),
    () => `${parts[0]}.${parts[1]}.`,
    () => '..',
    () => 'a'.repeat(7000),
    () => '\xe4'.repeat(20),
    () => mailedToken(random.pick(cast.mailKinds), cast, random),
    async () => (await cast.wallet(cast.pick(random, 'user'), 'mobile')).refresh ?? 'x',
    () => random.of(fc.base64String({ maxLength: 200 })),
  ];
  const made = await random.pick(makers)();
  // The last letter of a signature has bits that nobody reads.
  return made === good ? `${made}.` : made;
}
