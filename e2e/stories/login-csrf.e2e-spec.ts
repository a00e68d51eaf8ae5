import { beforeAll, expect, it } from 'vitest';
import { tokenOf } from '../harness/doors.js';
import { expectError } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { EVIL, siteHeaders, siteRows } from '../harness/sites.js';
import { everyPlatform, tell } from '../harness/tell.js';

tell('Logins and logouts that other sites cause', everyPlatform, (stage) => {
  let persona: Persona;
  let cookie: string;
  beforeAll(async () => {
    persona = await newcomer(stage.host);
    cookie = `__Host-users-cookie=${await tokenOf(persona, 'cookie')}`;
  });

  it('CK-05: nobody is logged out by another site, even where the browser holds the cookie back', async () => {
    const logout = await stage.host.send({
      method: 'POST',
      path: '/users/logout/cookie',
      headers: siteHeaders(['cross-site', EVIL]),
    });
    expectError(logout, 403, 'CSRF_REJECTED');
    expect(logout.cookies).toEqual([]);
  });

  it.each(siteRows)('CK-05: login: site %o, origin %o, referer %o', async (...row) => {
    const { email: username, password } = persona;
    const body = { username, password };
    const login = { method: 'POST', body, headers: siteHeaders(row) };
    const isBrowser = row.slice(0, 3).some(Boolean);
    const events = await stage.host.events.during(async () => {
      const answer = await stage.host.send({ ...login, path: '/users/login/cookie' });
      if (row[3] || !isBrowser) {
        expect([answer.status, answer.cookies.length]).toEqual([204, 1]);
      } else {
        expectError(answer, 403, 'CSRF_REJECTED');
        expect(answer.cookies).toEqual([]);
      }
    });
    expect(events).toHaveLength(row[3] || !isBrowser ? 1 : 0);
    const token = await stage.host.send({ ...login, path: '/users/login/jwt' });
    expect([token.status, token.cookies], 'a bearer login hands nothing to the browser').toEqual([
      200,
      [],
    ]);
  });

  it('CK-05: a login that carries a cookie already must be the user’s own', async () => {
    const { email: username, password } = await newcomer(stage.host);
    const login = { method: 'POST', path: '/users/login/cookie', body: { username, password } };
    expect((await stage.host.send({ ...login, headers: { cookie } })).status).toBe(403);
    const own = { cookie, 'sec-fetch-site': 'same-origin' };
    expect((await stage.host.send({ ...login, headers: own })).status).toBe(204);
  });

  it('CK-05: whether the password was right is not told to another site', async () => {
    const headers = siteHeaders(['cross-site', EVIL]);
    const before = stage.host.hasher.calls;
    for (const username of [persona.email, newEmail()]) {
      const body = { username, password: newPassword() };
      const answer = await stage.host.send({
        method: 'POST',
        path: '/users/login/cookie',
        body,
        headers,
      });
      expectError(answer, 403, 'CSRF_REJECTED');
    }
    expect(stage.host.hasher.calls).toBe(before);
  });
});
