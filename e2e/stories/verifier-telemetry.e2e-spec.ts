import { BearerTransport, CookieTransport } from '@nestjs-users/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Claims, forge } from '../harness/forge.js';
import { newKey } from '../harness/keys.js';
import { TelemetryProbe } from '../harness/telemetry.js';
import { everyPlatform } from '../harness/tell.js';
import { KeyServer, SecondService } from '../harness/verifier.js';

const probe = new TelemetryProbe();
beforeAll(() => void probe.start());
afterAll(() => probe.stop());

const { published, signer } = newKey('ES256', 'current');
const now = Math.floor(Date.now() / 1000);
const tokenFor = (backend: string, change: Claims = {}) => {
  const aud = `nestjs-users:auth:${backend}`;
  const claims = { sub: 'anna-17', fpt: 'x', aud, iat: now, exp: now + 3600, ...change };
  return forge({ alg: 'ES256', typ: 'JWT', kid: 'current' }, claims, signer);
};

describe.each(everyPlatform.filter(({ flavour }) => flavour === 'bare'))(
  'Telemetry of a service without users: $platform',
  ({ platform }) => {
    const backends = { jwt: new BearerTransport(), web: new CookieTransport() };
    let service: SecondService;
    afterEach(() => service.close());

    it('counts credentials of requests by what became of them; one that carries none is none', async () => {
      service = await SecondService.start(platform, { backends, publicKeys: [published!] });
      const cookie = `__Host-users-web=${tokenFor('web')}`;
      const expired = tokenFor('jwt', { exp: now - 1 });
      const seen = await probe.during(async () => {
        expect((await service.orders(tokenFor('jwt'))).status).toBe(200);
        expect((await service.send({ path: '/orders', headers: { cookie } })).status).toBe(200);
        expect((await service.orders(expired)).status).toBe(401);
        expect((await service.send({ path: '/orders' })).status).toBe(401);
        const write = { method: 'POST', path: '/orders', headers: { cookie } };
        expect((await service.send(write)).status).toBe(403);
      });
      const lookUp = (backend: string, outcome: string) => ({
        value: 1,
        attributes: { backend, outcome },
      });
      const lines = seen.of('token.lookups');
      expect(lines).toHaveLength(4);
      expect(lines).toEqual(
        expect.arrayContaining([
          lookUp('jwt', 'valid'),
          lookUp('web', 'valid'),
          lookUp('jwt', 'invalid'),
          lookUp('web', 'csrf_rejected'),
        ]),
      );
      expect([seen.names, seen.spans]).toEqual([['nestjs_users.token.lookups'], []]);
      const said = seen.print();
      expect(said).toContain('"nestjs_users.module":"users-verifier"');
      // LO-01
      for (const secret of ['anna-17', '127.0.0.1', expired]) expect(said).not.toContain(secret);
    });

    it('counts what cannot be checked while the service with the users is away', async () => {
      const keys = await KeyServer.start();
      keys.answer = 500;
      service = await SecondService.start(platform, { backends, jwksUri: keys.uri });
      const seen = await probe.during(() => service.orders(tokenFor('jwt')));
      expect(seen.outcomes('token.lookups')).toEqual({ error: 1 });
      await keys.stop();
    });

    it('says nothing with telemetry: false', async () => {
      const options = { backends, publicKeys: [published!], telemetry: false };
      service = await SecondService.start(platform, options);
      const seen = await probe.during(() => service.orders(tokenFor('jwt')));
      expect(seen.names).toEqual([]);
    });
  },
);
