import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canStartRedis, RedisServer } from '../../harness/redis-server.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { percentile } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const password = 'correct horse battery';
const email = 'anna@example.org';
const LIMIT = 10;

/** What can be wrong with a Redis; `undo` mends it. */
const faults: Record<
  string,
  (redis: Redis, server: RedisServer, proxy: TcpProxy) => Promise<() => Promise<unknown>>
> = {
  'is killed': async (_, server) => {
    await server.kill();
    return () => server.restart();
  },
  'answers nobody': async (_, _server, proxy) => {
    proxy.set({ kind: 'black hole' });
    return async () => proxy.reset() ?? proxy.set({ kind: 'pass' });
  },
  'has no memory left': async (redis) => {
    await redis.config('SET', 'maxmemory', '1mb');
    return () => redis.config('SET', 'maxmemory', '0');
  },
  'is a replica that takes no writes': async (redis) => {
    await redis.replicaof('127.0.0.1', '1');
    return () => redis.replicaof('NO', 'ONE');
  },
};

describe.runIf(canStartRedis && serverKinds.length > 0)('With a Redis that', () => {
  let database: DatabaseServer;
  let server: RedisServer;
  let proxy: TcpProxy;
  let redis: Redis;
  let app: FaultApp;
  beforeAll(async () => {
    database = await serverKinds[0]!.start();
    server = await RedisServer.start();
    proxy = await TcpProxy.start(Number(new URL(server.url).port));
    redis = new Redis(server.url, { retryStrategy: () => 50 });
    redis.on('error', () => {});
    app = await FaultApp.start({
      database: database.optionsAt(database.port),
      env: {
        REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
        OPTIONS: JSON.stringify({ attemptLimits: { perAccount: { max: LIMIT, perSeconds: 900 } } }),
      },
    });
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
  });
  afterEach(() => sleep(1500));
  afterAll(async () => {
    await app.kill();
    redis.disconnect();
    await proxy.stop();
    await server.kill();
    await database.remove();
  });

  const login = async (backend: string): Promise<Record<string, string>> => {
    const body = { username: email, password };
    const answer = await app.send({ method: 'POST', path: `/users/login/${backend}`, body });
    expect(answer.status, answer.text).toBe(200);
    return { authorization: `Bearer ${answer.body.access_token as string}` };
  };
  const me = async (headers: Record<string, string>) => {
    const began = performance.now();
    const { status } = await app.send({ path: '/users/me', headers });
    return { status, milliseconds: performance.now() - began };
  };
  const many = async (headers: Record<string, string>, count = 60) => {
    const answers = [];
    for (let n = 0; n < count; n++) answers.push(await me(headers));
    const times = answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const statuses = [...new Set(answers.map(({ status }) => status))];
    return { statuses, p99: percentile(times, 0.99), longest: times.at(-1)! };
  };

  it.each(Object.keys(faults))(
    'R-07: %s: its sessions are 503, others go on, limits hold',
    async (name) => {
      await login('redis');
      const [stored, jwt] = [await login('redis'), await login('jwt')];
      const quiet = await many(jwt);
      const undo = await faults[name]!(redis, server, proxy);
      await sleep(100);

      const away = await many(stored, 10);
      const canRead = name === 'has no memory left' || name.startsWith('is a replica');
      expect(away.statuses).toEqual([canRead ? 200 : 503]);
      expect(away.longest).toBeLessThanOrEqual(1200);
      const others = await many(jwt);
      expect(others.statuses).toEqual([200]);
      expect(others.p99).toBeLessThanOrEqual(Math.max(50, 2 * quiet.p99));

      // From an address of its own: the guesses of one address are limited, too.
      const from = `127.2.0.${Object.keys(faults).indexOf(name) + 1}`;
      const victim = `victim-${name.replaceAll(' ', '-')}@example.org`;
      const statuses: number[] = [];
      for (let n = 0; n < scale(1000, 25); n++) {
        const body = { username: victim, password: `guess ${n}` };
        const guess = { method: 'POST', path: '/users/login/jwt', body, from };
        statuses.push((await app.send(guess)).status);
      }
      const guesses = statuses.filter((status) => status === 400).length;
      expect(new Set(statuses)).toEqual(new Set([400, 429]));
      expect(guesses).toBeLessThanOrEqual(2 * LIMIT);

      await undo();
      const mended = performance.now();
      let again = await me(stored);
      while (again.status === 503 && performance.now() - mended < 10_000) {
        await sleep(50);
        again = await me(stored);
      }
      // What was only in the memory of the one that was killed is gone.
      expect(again.status).toBe(name === 'is killed' ? 401 : 200);
      const seconds = (performance.now() - mended) / 1000;
      expect(seconds).toBeLessThanOrEqual(5);
      expect(app.isRunning).toBe(true);
      record(`R-07 ${name}`, 'redis', {
        'guesses that reached the hasher': guesses,
        'limit of the account': LIMIT,
        'others p99 ms': others.p99.toFixed(1),
        'serves again after s': seconds.toFixed(2),
        'fail-open': 0,
      });
    },
  );

  it('R-08: loses everything: all are logged out, nobody becomes somebody else', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => login('redis')));
    await server.flushAll();
    for (const headers of people) expect((await me(headers)).status).toBe(401);
    const fresh = await login('redis');
    const { body } = await app.send({ path: '/users/me', headers: fresh });
    expect(body.email).toBe(email);
    const sessions = await app.send({ path: '/users/me/sessions', headers: fresh });
    expect(sessions.status === 404 || sessions.body.items.length >= 1).toBe(true);
    record('R-08', 'redis', { '5xx': 0, 'cross-logins': 0 });
  });

  it('control: without limits, every guess reaches the hasher', async () => {
    const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    const open = await FaultApp.start({ database: database.optionsAt(database.port), env });
    proxy.set({ kind: 'black hole' });
    let guesses = 0;
    for (let n = 0; n < 40; n++) {
      const body = { username: 'victim@example.org', password: `guess ${n}` };
      const { status } = await open.send({ method: 'POST', path: '/users/login/jwt', body });
      if (status === 400) guesses++;
    }
    proxy.reset();
    proxy.set({ kind: 'pass' });
    await open.kill();
    expect(guesses).toBe(40);
  });
});
