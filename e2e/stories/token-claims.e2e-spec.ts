import { beforeAll, describe, expect, it, vi } from 'vitest';
import { UserAdapter } from '@nestjs-users/core';
import { allDoors, opens } from '../harness/doors.js';
import { CONFIRMED } from '../harness/email-change.js';
import { type Claims, claimsOf, forge, JWT_HEADER } from '../harness/forge.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

const now = () => Math.floor(Date.now() / 1000);

/** Claims of a genuine token with one thing changed, under a good signature. `undefined` takes a claim out. */
type Change = readonly [title: string, change: () => Claims];

const times: Change[] = [
  ['no exp', () => ({ exp: undefined })],
  ['exp null', () => ({ exp: null })],
  ['exp in the past', () => ({ exp: now() - 1 })],
  ['exp now', () => ({ exp: now() })],
  ['exp as text', () => ({ exp: String(now() + 600) })],
  ['exp as a fraction', () => ({ exp: now() + 600.5 })],
  ['exp negative', () => ({ exp: -1 })],
  ['exp zero', () => ({ exp: 0 })],
  ['exp 1e308', () => ({ exp: 1e308 })],
  ['exp true', () => ({ exp: true })],
  ['exp as a list', () => ({ exp: [now() + 600] })],
  ['nbf in the future', () => ({ nbf: now() + 60 })],
  ['nbf as text', () => ({ nbf: 'x' })],
  ['iat in the future', () => ({ iat: now() + 60 })],
  ['no iat', () => ({ iat: undefined })],
  ['iat as text', () => ({ iat: 'x' })],
];

const audiences: Change[] = [
  ['no aud', () => ({ aud: undefined })],
  ['aud null', () => ({ aud: null })],
  ['aud empty', () => ({ aud: '' })],
  ['aud an empty list', () => ({ aud: [] })],
  ['aud of another application', () => ({ aud: 'https://other.example.org' })],
  ['aud of another backend', () => ({ aud: 'nestjs-users:auth:other' })],
  ['aud a prefix of ours', () => ({ aud: 'nestjs-users' })],
  ['aud in other letters', () => ({ aud: 'NESTJS-USERS:AUTH:JWT' })],
  ['aud an object', () => ({ aud: { 0: 'nestjs-users:auth:jwt' } })],
];

const subjects: Change[] = [
  ['missing', undefined],
  ['null', null],
  ['a number', 1],
  ['true', true],
  ['an object', { id: 1 }],
  ['an object of the find options', { $ne: null }],
  ['a list', ['1']],
  ['empty', ''],
  ['blank', ' '],
  ['__proto__', '__proto__'],
  ['undefined as text', 'undefined'],
  ['null as text', 'null'],
  ['NaN', 'NaN'],
  ['SQL', "' OR '1'='1"],
  ['a wildcard', '%'],
  ['NUL', '\0'],
  ['very long', '1'.repeat(2000)],
].map(([title, sub]) => [`sub ${String(title)}`, () => ({ sub })]);

/** What the database must never be asked. */
const UNFILTERED = /select(?!.*\bwhere\b)/is;

tell(
  'Claims of signed tokens',
  everyDatabase,
  (stage) => {
    let victim: Persona;
    const genuine: Record<string, Claims> = {};
    beforeAll(async () => {
      victim = await newcomer(stage.host);
      for (const door of allDoors) genuine[door.name] = claimsOf(await door.genuine(victim));
    });

    describe.each(allDoors)('at the door of $name', (door) => {
      const show = (claims: Claims) =>
        opens(door, stage.host, forge(JWT_HEADER, { ...genuine[door.name], ...claims }));

      it('TK-05: control: unchanged claims open it', async () => {
        expect(await show({})).toBe(true);
        expect(await show({ iat: now() + 2 }), 'a clock two seconds ahead').toBe(true);
      });

      it.each(times)('TK-05: %s is refused', async (_title, change) => {
        expect(await show(change())).toBe(false);
      });

      it.each(['NaN', 'Infinity', '1e400', '-', ''])('TK-05: exp %s in text', async (exp) => {
        const payload = JSON.stringify({ ...genuine[door.name], exp: 'EXP' }).replace('"EXP"', exp);
        expect(await opens(door, stage.host, forge(JWT_HEADER, payload))).toBe(false);
      });

      it.each(audiences)('TK-06: %s is refused', async (_title, change) => {
        expect(await show(change())).toBe(false);
      });

      it.each(subjects)(
        'TK-07: %s is refused, and the database not asked',
        async (_title, change) => {
          const findById = vi.spyOn(stage.host.app.get(UserAdapter, { strict: false }), 'findById');
          const before = stage.host.log.length;
          expect(await show(change())).toBe(false);
          expect(findById).not.toHaveBeenCalled();
          findById.mockRestore();
          const statements = stage.host.log
            .slice(before)
            .filter((line) => /from .*users/i.test(line));
          expect(statements.filter((line) => UNFILTERED.test(line))).toEqual([]);
        },
      );

      it('TK-08: another fingerprint is refused, whatever its form', async () => {
        for (const fpt of [
          undefined,
          null,
          '',
          'A'.repeat(22),
          1,
          {},
          [genuine[door.name]?.['fpt']],
        ]) {
          expect(await show({ fpt }), JSON.stringify(fpt)).toBe(false);
        }
      });

      it('TK-12: a token says no more than id, digest, times and purpose', async () => {
        const { sub, aud, exp, iat, fpt, jti, ...more } = genuine[door.name] ?? {};
        expect(more).toEqual({});
        expect(sub).toBe(victim.id);
        expect(aud).toMatch(/^nestjs-users:/);
        expect(Number(exp) - Number(iat)).toBe(3600);
        expect(jti).toMatch(/^[0-9a-f-]{36}$/);
        const row = await stage.host.row({ canonicalEmail: victim.email });
        expect(fpt).toMatch(/^[\w-]{22}$/);
        expect(row?.securityStamp).not.toContain(fpt);
      });
    });
  },
  CONFIRMED,
);

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

tell(
  'Other spellings of a token',
  everyPlatform,
  (stage) => {
    /** Everything that a careless decoder reads as the same bytes. */
    function spellings(token: string): string[] {
      const parts = token.split('.');
      const replaced = (index: number, text: string) => parts.with(index, text).join('.');
      return [
        ...parts.flatMap((text, index) => [
          ...sameBytes(text).map((other) => replaced(index, other)),
          replaced(index, `${text}=`),
          replaced(index, `${text}==`),
          replaced(index, Buffer.from(text, 'base64url').toString('base64')),
          replaced(index, `${text}~`),
          replaced(index, `${text.slice(0, 4)}.${text.slice(4)}`),
        ]),
        `${token}.`,
        `.${token}`,
        `"${token}"`,
        token.replaceAll('.', '%2E'),
        token.toLowerCase(),
      ].filter((spelling) => spelling !== token);
    }

    describe.each(allDoors)('at the door of $name', (door) => {
      it('TK-13: there is no second spelling, before the revocation or after it', async () => {
        const persona = await newcomer(stage.host);
        const token = await door.genuine(persona);
        expect(await opens(door, stage.host, token)).toBe(true);
        const others = spellings(token);
        expect(others.length).toBeGreaterThan(15);
        for (const other of others) expect(await opens(door, stage.host, other), other).toBe(false);

        await stage.host.users.revokeCredentials({ id: persona.id });
        expect(await opens(door, stage.host, token)).toBe(door.survivesRevocation === true);
        for (const other of others) expect(await opens(door, stage.host, other), other).toBe(false);
      });
    });

    /** Texts that differ in the last character and decode to the same bytes. */
    function sameBytes(text: string): string[] {
      const bytes = Buffer.from(text, 'base64url');
      return [...BASE64URL]
        .map((char) => text.slice(0, -1) + char)
        .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(bytes));
    }
  },
  CONFIRMED,
);
