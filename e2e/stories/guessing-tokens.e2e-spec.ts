import { beforeAll, describe, expect, it } from 'vitest';
import { type Door, doors, opens } from '../harness/doors.js';
import { claimsOf } from '../harness/forge.js';
import { newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const COUNT = 10_000;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Chance goes so far once in a billion times: chi-square has a longer tail than the bell curve. */
const TOO_FAR = 12;

/** How far the counts of symbols are from equal, in standard deviations of chi-square. */
function deviation(symbols: Iterable<number>, kinds: number): number {
  const counts = Array.from({ length: kinds }, () => 0);
  let total = 0;
  for (const symbol of symbols) {
    counts[symbol] = (counts[symbol] ?? 0) + 1;
    total++;
  }
  const expected = total / kinds;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return Math.abs(chiSquare - (kinds - 1)) / Math.sqrt(2 * (kinds - 1));
}

/** As many mails as it takes. */
const NO_LIMIT = { options: { mailLimit: false } } as const;

tell(
  'Ten thousand tokens',
  [everyPlatform[0]!],
  (stage) => {
    let tokens: string[];
    beforeAll(async () => {
      const { host } = stage;
      const { email } = await newcomer(host);
      await Promise.all(Array.from({ length: COUNT }, () => host.users.forgotPassword(email)));
      tokens = await host.events.resetTokens(email);
    });

    it('RS-01: control: the measure finds what is not random', () => {
      const almost = Array.from({ length: 320_000 }, (_, index) =>
        index % 50 === 0 ? 0 : index % 256,
      );
      expect(deviation(almost, 256)).toBeGreaterThan(TOO_FAR);
    });

    it('RS-01: no two of one user are equal, in any part that is to be guessed', () => {
      expect(tokens).toHaveLength(COUNT);
      expect(new Set(tokens).size).toBe(COUNT);
      expect(new Set(tokens.map((token) => token.split('.')[2])).size).toBe(COUNT);
      expect(new Set(tokens.map((token) => claimsOf(token)['jti'])).size).toBe(COUNT);
    });

    it('RS-01: the signature has 256 bits, and all its bytes are alike', () => {
      const signatures = tokens.map((token) => Buffer.from(token.split('.')[2]!, 'base64url'));
      expect(new Set(signatures.map(({ length }) => length))).toEqual(new Set([32]));
      expect(deviation(Buffer.concat(signatures), 256)).toBeLessThan(TOO_FAR);
    });

    it('RS-01: the name of the token has 122 random bits', () => {
      const names = tokens.map((token) => String(claimsOf(token)['jti']).replaceAll('-', ''));
      const digits = names.flatMap((name) =>
        [...name]
          .filter((_, index) => index !== 12 && index !== 16)
          .map((digit) => parseInt(digit, 16)),
      );
      expect(deviation(digits, 16)).toBeLessThan(TOO_FAR);
    });

    it('RS-01: the stamp that a token is bound to has 128 random bits', async () => {
      const { host } = stage;
      const { id, email } = await newcomer(host);
      const stamps: string[] = [];
      for (let count = 0; count < 1000; count++) {
        await host.users.revokeCredentials({ id });
        stamps.push((await host.row({ canonicalEmail: email }))!.securityStamp!);
      }
      expect(new Set(stamps).size).toBe(1000);
      expect(stamps.every((stamp) => /^[0-9a-f]{32}$/.test(stamp))).toBe(true);
      expect(
        deviation(
          stamps.flatMap((stamp) => [...stamp].map((digit) => parseInt(digit, 16))),
          16,
        ),
      ).toBeLessThan(TOO_FAR);
    });
  },
  NO_LIMIT,
);

tell(
  'Tokens that are tampered with',
  [everyPlatform[0]!, everyPlatform.at(-1)!],
  (stage) => {
    /** The token with one character changed, at each place, once. */
    const flipped = (token: string) =>
      [...token].map((char, index) => {
        const other = BASE64URL[(BASE64URL.indexOf(char) + 1 + (index % 62)) % 64]!;
        return token.slice(0, index) + other + token.slice(index + 1);
      });

    const mangled = (token: string) => [
      ...Array.from({ length: 10 }, (_, index) => token.slice(0, -index - 1)),
      token.slice(1),
      `${token}A`,
      `A${token}`,
      token.split('.').toReversed().join('.'),
      [...token].toReversed().join(''),
      token.toUpperCase(),
      `${token}${token}`,
      token.replace('.', '..'),
      ` ${token}`.trimEnd(),
      `${token}\n`,
    ];

    describe.each(doors)('at the door of $name', (door: Door) => {
      let owner: Persona;
      let bystander: Persona;
      beforeAll(async () => {
        owner = await newcomer(stage.host);
        bystander = await newcomer(stage.host);
      });

      it('RS-11: each character counts', async () => {
        const token = await door.genuine(owner);
        const variants = flipped(token);
        expect(new Set(variants).size).toBe(token.length);
        for (const variant of variants) {
          expect(variant).not.toBe(token);
          expect(await opens(door, stage.host, variant), variant).toBe(false);
        }
        expect(await opens(door, stage.host, token), 'control').toBe(true);
      });

      it('RS-11: a part that is missing or too much is noticed', async () => {
        const token = await door.genuine(owner);
        for (const variant of mangled(token)) {
          if (door.name !== 'reset' && /\s/.test(variant)) continue;
          expect(await opens(door, stage.host, variant), variant).toBe(false);
        }
      });

      it('RS-11: parts of two tokens make none', async () => {
        const [one, other] = [await door.genuine(owner), await door.genuine(bystander)];
        const again = await door.genuine(owner);
        for (const [a, b] of [
          [one, other],
          [other, one],
          [one, again],
        ] as const) {
          const [[header, , signature], [, payload]] = [a.split('.'), b.split('.')];
          expect(await opens(door, stage.host, [header, payload, signature].join('.'))).toBe(false);
        }
      });
    });

    it('RS-11: the token of one user never changes another', async () => {
      const { host } = stage;
      const [owner, bystander] = [await newcomer(host), await newcomer(host)];
      const token = await doors.at(-1)!.genuine(owner);
      const before = await host.row({ canonicalEmail: bystander.email });
      const password = newPassword();
      for (const extra of [
        { id: bystander.id },
        { email: bystander.email },
        { userId: bystander.id, sub: bystander.id },
      ]) {
        const body = { token, password, ...extra };
        await host.send({ method: 'POST', path: `/users/reset-password?id=${bystander.id}`, body });
      }
      expect(await host.row({ canonicalEmail: bystander.email })).toEqual(before);
      expect((await owner.login(password)).status, 'control: it was a good token').toBe(200);
      expect((await bystander.login(password)).status).toBe(400);
    });
  },
  NO_LIMIT,
);
