import { UserLoggedOutEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { parseSetCookie } from '../harness/cookies.js';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

const logOut = (persona: Persona, backend: string = persona.backend) =>
  persona.send({ method: 'POST', path: `/users/logout/${backend}` });

/** The attributes that a browser compares, and that say how it keeps the cookie; not for how long. */
function placeOf(answer: Answer) {
  expect(answer.cookies).toHaveLength(1);
  const { name, attributes } = parseSetCookie(answer.cookies[0] ?? '');
  const { 'max-age': _, ...place } = attributes;
  return { name, ...place };
}

tell('Logout', everySetup, (stage) => {
  describe.each(backends)('at %s', (backend) => {
    it('answers 202, for a JWT cannot be ended singly, and tells the listeners', async () => {
      const anna = await newcomer(stage.host, backend);
      const told = (await stage.host.events.of(UserLoggedOutEvent)).length;
      const answer = await logOut(anna);
      expect(answer.status).toBe(202);
      expect(answer.text).toBe('');
      expect(answer.headers['cache-control']).toBe('no-store');
      const events = (await stage.host.events.of(UserLoggedOutEvent)).slice(told);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ backend, user: { id: anna.id } });
      expect(events[0]?.request?.url).toBe(`/users/logout/${backend}`);
    });

    it('needs a credential of that backend', async () => {
      const challenge = backend === 'jwt' ? 'Bearer' : 'Cookie';
      const told = (await stage.host.events.of(UserLoggedOutEvent)).length;
      const path = `/users/logout/${backend}`;
      expectUnauthorized(await stage.host.send({ method: 'POST', path }), challenge);

      const stranger = await newcomer(stage.host, backend === 'jwt' ? 'cookie' : 'jwt');
      expectUnauthorized(await logOut(stranger, backend), challenge);
      expect((await stranger.me()).status).toBe(200);

      const gone = await newcomer(stage.host, backend);
      await stage.host.users.update({ id: gone.id }, { isActive: false });
      expectUnauthorized(await logOut(gone), challenge);
      expect(await stage.host.events.of(UserLoggedOutEvent)).toHaveLength(told);
    });

    it('at a backend that does not exist is 404', async () => {
      const anna = await newcomer(stage.host, backend);
      for (const name of ['other', backend.toUpperCase(), 'constructor']) {
        expectError(await logOut(anna, name), 404, 'BACKEND_NOT_FOUND');
      }
    });
  });

  it('clears the cookie with the attributes it was set with', async () => {
    const anna = await newcomer(stage.host, 'cookie');
    const set = await anna.login();
    const cleared = await logOut(anna);
    expect(placeOf(cleared)).toEqual(placeOf(set));
    expect(parseSetCookie(cleared.cookies[0] ?? '')).toMatchObject({
      value: '',
      attributes: { 'max-age': '0' },
    });
  });

  it('clears a cookie that is good no more, too', async () => {
    const anna = await newcomer(stage.host, 'cookie');
    const set = await anna.login();
    await stage.host.users.revokeCredentials({ id: anna.id });
    const refused = await logOut(anna);
    expectUnauthorized(refused, 'Cookie');
    expect(placeOf(refused)).toEqual(placeOf(set));
    expect(parseSetCookie(refused.cookies[0] ?? '').value).toBe('');
  });

  it('by bearer sets no cookie', async () => {
    expect((await logOut(await newcomer(stage.host))).cookies).toEqual([]);
  });
});
