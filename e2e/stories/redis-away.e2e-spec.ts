import { RedisTokenStore } from '@nestjs-users/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { Host } from '../harness/host.js';
import { newcomer } from '../harness/persona.js';
import { canStartRedis, RedisServer } from '../harness/redis-server.js';
import { sessionBackends, storedBackends } from '../harness/session-backends.js';
import { everyPlatform } from '../harness/tell.js';

const setups = canStartRedis ? everyPlatform.filter(({ flavour }) => flavour === 'bare') : [];

/** Whatever `WWW-Authenticate` a host with all these backends sends. */
const CHALLENGE = 'Bearer, Cookie';

describe.each(setups)('A Redis with the sessions ($platform)', (setup) => {
  let server: RedisServer;
  let client: Redis;
  let host: Host;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    client.on('error', () => {});
    const store = new RedisTokenStore({ client, timeoutSeconds: 1 });
    host = await Host.start(setup, { backends: sessionBackends, store });
  });
  afterAll(async () => {
    await host?.close();
    client?.disconnect();
    await server?.kill();
  });

  /** Until the client has its connection again. */
  const isBack = () => vi.waitFor(() => client.ping(), { timeout: 5000 });

  it.each(storedBackends)(
    'TK-17, D11, R-08: killed, it is 503 for %s, which nobody is logged out by, and others go on',
    async (backend) => {
      const anna = await newcomer(host, backend);
      const otto = await newcomer(host, 'jwt');
      await server.kill();
      for (let round = 0; round < 5; round++) {
        const answer = await anna.me();
        expectError(answer, 503, 'SERVICE_UNAVAILABLE');
        expect(answer.cookies).toEqual([]);
        expect((await otto.me()).status).toBe(200);
      }
      const body = { username: anna.email, password: anna.password };
      const login = { method: 'POST', path: `/users/login/${backend}`, body };
      expectError(await host.send(login), 503, 'SERVICE_UNAVAILABLE');

      await server.restart();
      await isBack();
      // It came back with nothing: logged out, and nobody else.
      expectUnauthorized(await anna.me(), CHALLENGE);
      await anna.login();
      expect((await anna.me()).body.email).toBe(anna.email);
    },
  );

  it('TK-17, R-08: one that is there and silent is 503 within its time, then goes on', async () => {
    const anna = await newcomer(host, 'opaque');
    const otto = await newcomer(host, 'jwt');
    server.freeze();
    try {
      expectError(await anna.me(), 503, 'SERVICE_UNAVAILABLE');
      expect((await otto.me()).status).toBe(200);
    } finally {
      server.thaw();
    }
    await isBack();
    expect((await anna.me()).body.email).toBe(anna.email);
  });

  it.each(storedBackends)('FLUSHALL logs %s out, and never in as another', async (backend) => {
    const before = await Promise.all(Array.from({ length: 10 }, () => newcomer(host, backend)));
    await server.flushAll();
    const after = await Promise.all(Array.from({ length: 10 }, () => newcomer(host, backend)));
    for (const persona of before) expectUnauthorized(await persona.me(), CHALLENGE);
    for (const persona of after) expect((await persona.me()).body.email).toBe(persona.email);
  });
});
