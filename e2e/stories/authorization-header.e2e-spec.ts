import net from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { Controller, Get } from '@nestjs/common';
import { Authenticated, CurrentUser } from '@nestjs-users/core';
import { tokenOf } from '../harness/doors.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller('greeting')
class GreetingController {
  @Get()
  @Authenticated({ optional: true })
  greet(@CurrentUser() user: unknown): { isKnown: boolean } {
    return { isKnown: user !== null };
  }
}

/** What stands after `Authorization:`; `TOKEN` is a good token. */
const malformed = [
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'Bearer  TOKEN',
  'Bearer\tTOKEN',
  'Bearer TOKEN TOKEN',
  'Bearer TOKEN,',
  'Bearer "TOKEN"',
  'Bearer token=TOKEN',
  'Bearer: TOKEN',
  'BearerTOKEN',
  'TOKEN',
  'Basic TOKEN',
  'Basic YW5uYTpwYXNzd29yZA==',
  'Digest username="anna", realm="x"',
  'JWT TOKEN',
  'Bearer %E0%A4%A',
  'Bearer %00',
  'Bearer é',
  'Bearer \u00a0TOKEN',
  'Bearer ..',
  'Bearer ...',
  'Bearer null',
  'Bearer undefined',
  'Bearer [object Object]',
  'Bearer {"alg":"none"}',
  '{"token":"TOKEN"}',
  'Negotiate, Bearer TOKEN',
  `Bearer ${'A'.repeat(12_000)}`,
  `Bearer ${'A.'.repeat(4000)}`,
  `Bearer ${'='.repeat(8000)}`,
];

tell(
  'The Authorization header',
  everyPlatform,
  (stage) => {
    let token: string;
    beforeAll(async () => {
      token = await tokenOf(await newcomer(stage.host), 'jwt');
    });

    it.each(malformed)('TK-14: %j is nobody', async (value) => {
      const headers = { authorization: value.replaceAll('TOKEN', token) };
      const answer = await stage.host.send({ path: '/users/me', headers });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        statusCode: 401,
        code: 'UNAUTHORIZED',
        message: expect.any(String),
        error: 'Unauthorized',
      });
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      const optional = await stage.host.send({ path: '/greeting', headers });
      expect([optional.status, optional.body]).toEqual([200, { isKnown: false }]);
    });

    it.each(['Bearer', 'bearer', 'BEARER', 'bEARER'])(
      'TK-14: the scheme is %s or in any other case (RFC 9110, 11.1)',
      async (scheme) => {
        const headers = { authorization: `${scheme} ${token}` };
        expect((await stage.host.send({ path: '/users/me', headers })).status).toBe(200);
      },
    );

    it('TK-14: of two headers Node keeps the first, and a bad one is nobody', async () => {
      const bad = 'Authorization: Bearer x';
      expect(await rawStatus(stage.host.origin, [bad, `Authorization: Bearer ${token}`])).toBe(401);
      expect(await rawStatus(stage.host.origin, [bad, bad])).toBe(401);
      expect(await rawStatus(stage.host.origin, [`Authorization: Bearer ${token}`])).toBe(200);
    });

    it('TK-14: a header that is too large for the server is its 431', async () => {
      const huge = `Authorization: Bearer ${'A'.repeat(20_000)}`;
      expect(await rawStatus(stage.host.origin, [huge])).toBe(431);
    });
  },
  { controllers: [GreetingController] },
);

/** Sends header lines as they are, which Node's client would not. */
function rawStatus(origin: string, lines: readonly string[]): Promise<number> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(Number(text.split(' ')[1])));
    socket.write(
      ['GET /users/me HTTP/1.1', `Host: ${hostname}`, 'Connection: close', ...lines, '', ''].join(
        '\r\n',
      ),
    );
  });
}
