import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { Authenticated, CurrentUser } from '@nestjs-users/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../harness/doors.js';
import { expectError } from '../harness/errors.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { EVIL, siteHeaders, siteRows } from '../harness/sites.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Counts what was done, so that a refusal after the deed would be seen. */
@Controller('things')
class ThingsController {
  static deeds = 0;

  @Post()
  @HttpCode(200)
  @Authenticated()
  make(): void {
    ThingsController.deeds++;
  }

  @Patch()
  @Authenticated()
  change(): void {
    ThingsController.deeds++;
  }

  @Delete()
  @Authenticated()
  remove(): void {
    ThingsController.deeds++;
  }

  @Get()
  @Authenticated()
  read(): void {}

  @Post('open')
  @HttpCode(200)
  @Authenticated({ optional: true })
  open(@CurrentUser() user: unknown): { isKnown: boolean } {
    return { isKnown: user !== null };
  }
}

const lookAlikes = [
  'null',
  'https://app.example.org.evil.com',
  'https://app.example.org@evil.com',
  'https://evil.com#https://app.example.org',
  'http://app.example.org',
  'https://app.example.org:8443',
  'https://app.example.org:443',
  'HTTPS://APP.EXAMPLE.ORG',
  'https://APP.example.org',
  'https://app.example.org.',
  'https://app.example.org/',
  'https://xn--pp-6kc.example.org',
  'https://\u00e0pp.example.org',
  'https://example.org',
  'https://x.app.example.org',
  'https://app.example.org https://evil.example',
  'https://evil.example, https://app.example.org',
  'wss://app.example.org',
  'file://',
  '*',
];

tell(
  'Requests that other sites make',
  everyPlatform,
  (stage) => {
    let persona: Persona;
    let cookie: string;
    let bearer: string;
    beforeAll(async () => {
      persona = await newcomer(stage.host);
      cookie = `__Host-users-cookie=${await tokenOf(persona, 'cookie')}`;
      bearer = `Bearer ${await tokenOf(persona, 'jwt')}`;
    });
    const send = (method: string, headers: Record<string, string>, path = '/things') =>
      stage.host.send({ method, path, headers });

    it('CK-03: control: the table has 24 rows', () => {
      expect(new Set(siteRows.map((row) => row.slice(0, 3).join('|'))).size).toBe(24);
    });

    describe.each(['POST', 'PATCH', 'DELETE'])('%s', (method) => {
      it.each(siteRows)('CK-03: site %o, origin %o, referer %o: own is %o', async (...row) => {
        const headers = { cookie, ...siteHeaders(row) };
        const before = ThingsController.deeds;
        const answer = await send(method, headers);
        if (row[3]) expect(answer.status).toBe(200);
        else expectError(answer, 403, 'CSRF_REJECTED');
        expect(ThingsController.deeds - before).toBe(row[3] ? 1 : 0);
        expect(answer.cookies, 'the cookie is kept').toEqual([]);
      });

      it('CK-07: a bearer token needs none of these headers', async () => {
        for (const [site, origin] of [
          ['', ''],
          ['cross-site', EVIL],
          ['none', 'null'],
        ] as const) {
          const answer = await send(method, {
            authorization: bearer,
            ...siteHeaders([site, origin]),
          });
          expect(answer.status).toBe(200);
        }
      });

      it('CK-07: with both, the cookie is not needed, and does not help a bad token', async () => {
        const evil = siteHeaders(['cross-site', EVIL]);
        expect((await send(method, { cookie, authorization: bearer, ...evil })).status).toBe(200);
        for (const authorization of ['Bearer x', 'Basic eDp5', '']) {
          expectError(await send(method, { cookie, authorization, ...evil }), 403, 'CSRF_REJECTED');
          const own = { cookie, authorization, 'sec-fetch-site': 'same-origin' };
          expect((await send(method, own)).status).toBe(200);
        }
      });
    });

    it('CK-03: safe methods need none of these headers, for they change nothing', async () => {
      const evil = siteHeaders(['cross-site', EVIL]);
      expect((await send('GET', { cookie, ...evil })).status).toBe(200);
      expect((await send('HEAD', { cookie, ...evil })).status).toBe(200);
      expect((await send('GET', { cookie, ...evil }, '/users/me')).status).toBe(200);
    });

    it('CK-03: a header does not make another method of it', async () => {
      const before = ThingsController.deeds;
      const override = { 'x-http-method-override': 'GET', 'x-http-method': 'GET' };
      expect((await send('POST', { cookie, ...override }, '/things?_method=GET')).status).toBe(403);
      expect(ThingsController.deeds).toBe(before);
    });

    it.each(siteRows)('CK-03: optional: site %o, origin %o, referer %o', async (...row) => {
      const answer = await send('POST', { cookie, ...siteHeaders(row) }, '/things/open');
      expect([answer.status, answer.body]).toEqual([200, { isKnown: row[3] }]);
    });

    it('CK-03: the own account and its sessions are not changed from elsewhere', async () => {
      const evil = { cookie, ...siteHeaders(['cross-site', EVIL]) };
      const body = { firstName: 'Mallory' };
      const patch = { method: 'PATCH', path: '/users/me', headers: evil, body };
      expectError(await stage.host.send(patch), 403, 'CSRF_REJECTED');
      const logout = await send('POST', evil, '/users/logout/cookie');
      expectError(logout, 403, 'CSRF_REJECTED');
      expect(logout.cookies).toEqual([]);
      const me = await send('GET', { cookie }, '/users/me');
      expect([me.status, me.body.firstName]).toEqual([200, null]);
    });

    it('CK-03: the refusal says what pages, and what other clients, can do', async () => {
      const { message } = (await send('POST', { cookie })).body;
      expect(message).toMatch(/same origin.+trustedOrigins.+Sec-Fetch-Site: same-origin.+bearer/);

      const [, name = '', value = ''] = /'([\w-]+): ([\w-]+)'/.exec(message) ?? [];
      expect((await send('POST', { cookie, [name]: value })).status).toBe(200);
    });

    it.each(lookAlikes)('CK-06: %s is another origin', async (origin) => {
      expectError(await send('POST', { cookie, origin }), 403, 'CSRF_REJECTED');
    });

    it.each([
      'https://app.example.org.evil.com/',
      'https://app.example.org@evil.com/',
      'https://evil.com/https://app.example.org/',
      'https://evil.com/?https://app.example.org',
      'http://app.example.org/',
      'https://app.example.org:8443/',
      'https://app.example.org./',
      'app.example.org',
      '//app.example.org/',
      'data:text/html,https://app.example.org',
      'blob:https://evil.com/https://app.example.org',
    ])('CK-06: a page at %s is of another origin', async (referer) => {
      expectError(await send('POST', { cookie, referer }), 403, 'CSRF_REJECTED');
    });
  },
  { controllers: [ThingsController] },
);
