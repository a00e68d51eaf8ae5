import { ServiceUnavailableError } from '@nestjs-users/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseSetCookie } from '../harness/cookies.js';
import { type Door, backendDoor, bearerHeader, opens, tokenOf } from '../harness/doors.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { type Host, usualBackends } from '../harness/host.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { storedBackend, StoredTokenStrategy } from '../harness/stored-tokens.js';
import { everyPlatform, tell } from '../harness/tell.js';

const tokens = new StoredTokenStrategy();

interface Case {
  readonly door: Door;
  readonly headers: (token: string) => Record<string, string>;
  /** Another backend of the same store. */
  readonly other: string;
}

const sessionHeaders = (token: string) => ({
  cookie: `__Host-users-session=${token}`,
  'sec-fetch-site': 'same-origin',
});

const cases: readonly Case[] = [
  { door: backendDoor('opaque', bearerHeader), headers: bearerHeader, other: 'device' },
  { door: backendDoor('session', sessionHeaders), headers: sessionHeaders, other: 'opaque' },
];

const post = (host: Host, path: string, headers: Record<string, string>, body?: object) =>
  host.send({ method: 'POST', path, headers, body });

tell(
  'Stored tokens of an application',
  everyPlatform,
  (stage) => {
    describe.each(cases)('$door.name', ({ door, headers, other }) => {
      let persona: Persona;
      const isOpen = (token: string) => opens(door, stage.host, token);
      const login = (more: Record<string, string>) =>
        post(stage.host, `/users/login/${door.name}`, more, {
          username: persona.email,
          password: persona.password,
        });
      const logout = (token: string, backend = door.name) =>
        post(stage.host, `/users/logout/${backend}`, headers(token));

      beforeEach(async () => {
        persona = await newcomer(stage.host);
        tokens.rows.clear();
      });
      afterEach(() => {
        vi.restoreAllMocks();
      });

      it('LG-02: a token of base64 letters goes out and comes in unchanged', async () => {
        const token = await tokenOf(persona, door.name);
        expect(token).toMatch(/^\+\/.*=$/);
        expect([...tokens.rows.keys()]).toEqual([token]);
        expect(await isOpen(token)).toBe(true);
        expect(await isOpen(encodeURIComponent(token)), 'one spelling only').toBe(false);
      });

      it('LG-02: a login ends the session that the client had before, and no other', async () => {
        const before = await tokenOf(persona, door.name);
        const elsewhere = await tokenOf(persona, door.name);
        const stranger = await tokenOf(await newcomer(stage.host), door.name);
        expect((await login(headers(before))).status).toBeLessThan(300);
        expect(await isOpen(before)).toBe(false);
        expect(await isOpen(elsewhere)).toBe(true);
        expect(await isOpen(stranger)).toBe(true);
        expect(tokens.rows.size).toBe(3);
      });

      it('LG-02: a planted token is not adopted', async () => {
        const answer = await login(headers('attacker-chosen'));
        expect(answer.status).toBeLessThan(300);
        expect([...tokens.rows.keys()]).not.toContain('attacker-chosen');
        expect(await isOpen('attacker-chosen')).toBe(false);
      });

      it('LG-02: a login that fails leaves the session alone', async () => {
        const before = await tokenOf(persona, door.name);
        const wrong = { username: persona.email, password: 'wrong' };
        const answer = await post(stage.host, `/users/login/${door.name}`, headers(before), wrong);
        expect(answer.status).toBe(400);
        expect(await isOpen(before)).toBe(true);
      });

      it('LG-02: logout answers 204, and that token alone is dead', async () => {
        const token = await tokenOf(persona, door.name);
        const elsewhere = await tokenOf(persona, door.name);
        const answer = await logout(token);
        expect([answer.status, answer.text]).toEqual([204, '']);
        expect(await isOpen(token)).toBe(false);
        expect(await isOpen(elsewhere)).toBe(true);
        expectUnauthorized(await logout(token), door.name === 'session' ? 'Cookie' : 'Bearer');
        const cleared = answer.cookies.map(parseSetCookie);
        expect(cleared.map(({ name, value }) => [name, value])).toEqual(
          door.name === 'session' ? [['__Host-users-session', '']] : [],
        );
      });

      it('LG-02: a token logs out at its own backend alone', async () => {
        const token = await tokenOf(persona, door.name);
        for (const backend of [other, 'jwt'])
          expect((await logout(token, backend)).status).toBe(401);
        expect(await isOpen(token)).toBe(true);
      });

      it('LG-02: a new password ends all, and hands out one that is stored', async () => {
        const token = await tokenOf(persona, door.name);
        const elsewhere = await tokenOf(persona, door.name);
        const password = `${persona.password}-new`;
        const body = { password, currentPassword: persona.password };
        const changed = await stage.host.send({
          method: 'PATCH',
          path: '/users/me',
          headers: headers(token),
          body,
        });
        expect(changed.status).toBe(200);
        const fresh = changed.body.access_token ?? parseSetCookie(changed.cookies[0] ?? '').value;
        expect(await isOpen(fresh)).toBe(true);
        expect(await isOpen(token)).toBe(false);
        expect(await isOpen(elsewhere)).toBe(false);
      });

      it('TK-17: a token store that does not answer is 503, and the cookie is kept', async () => {
        const token = await tokenOf(persona, door.name);
        const failure = new ServiceUnavailableError(7, 'the token store is down');
        for (const step of ['read', 'destroy'] as const) {
          vi.spyOn(tokens, step).mockRejectedValue(failure);
          const answer = await logout(token);
          expectError(answer, 503, 'SERVICE_UNAVAILABLE');
          expect([answer.headers['retry-after'], answer.cookies]).toEqual(['7', []]);
          vi.restoreAllMocks();
        }
        expect(await isOpen(token)).toBe(true);

        vi.spyOn(tokens, 'write').mockRejectedValue(failure);
        const answer = await login({});
        expectError(answer, 503, 'SERVICE_UNAVAILABLE');
        expect(answer.cookies).toEqual([]);
      });
    });
  },
  {
    options: {
      backends: [
        usualBackends()[0]!,
        storedBackend('opaque', 'bearer', tokens),
        storedBackend('device', 'bearer', tokens),
        storedBackend('session', 'cookie', tokens),
      ],
    },
  },
);
