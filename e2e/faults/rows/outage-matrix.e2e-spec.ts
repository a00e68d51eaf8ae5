import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canStartRedis, RedisServer } from '../../harness/redis-server.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const password = 'correct horse battery';
const email = 'matrix@example.org';

type Parts = 'database' | 'redis';
interface Route {
  readonly name: string;
  readonly needs: readonly Parts[];
  readonly good: number;
  send(app: FaultApp, tokens: Readonly<Record<string, string>>): ReturnType<FaultApp['send']>;
}

const get =
  (path: string, backend: string): Route['send'] =>
  (app, tokens) =>
    app.send({ path, headers: { authorization: `Bearer ${tokens[backend]}` } });
const post =
  (path: string, body: () => object): Route['send'] =>
  (app) =>
    app.send({ method: 'POST', path: `/users/${path}`, body: body() });

let counter = 0;
/** Each route, what it cannot do without, and what it answers when all is well. */
const routes: readonly Route[] = [
  { name: 'health', needs: [], good: 200, send: (app) => app.send({ path: '/health' }) },
  {
    name: 'me, no credential',
    needs: [],
    good: 401,
    send: (app) => app.send({ path: '/users/me' }),
  },
  { name: 'me, JWT', needs: ['database'], good: 200, send: get('/users/me', 'jwt') },
  { name: 'me, stored token', needs: ['database'], good: 200, send: get('/users/me', 'stored') },
  {
    name: 'me, token in Redis',
    needs: ['database', 'redis'],
    good: 200,
    send: get('/users/me', 'redis'),
  },
  {
    name: 'login, JWT',
    needs: ['database'],
    good: 200,
    send: post('login/jwt', () => ({ username: email, password })),
  },
  {
    name: 'login, Redis',
    needs: ['database', 'redis'],
    good: 200,
    send: post('login/redis', () => ({ username: email, password })),
  },
  {
    name: 'register',
    needs: ['database'],
    good: 201,
    send: post('register', () => ({ email: `m${counter++}@example.org`, password })),
  },
  {
    name: 'forgot password',
    needs: ['database'],
    good: 202,
    send: post('forgot-password', () => ({ email: 'other@example.org' })),
  },
  {
    name: 'reset password, bad token',
    needs: [],
    good: 400,
    send: post('reset-password', () => ({ token: 'x', password: 'another good one' })),
  },
  {
    name: 'register, bad body',
    needs: [],
    good: 422,
    send: post('register', () => ({ email: 5 })),
  },
];

describe.runIf(canStartRedis).each(serverKinds)(
  'R-28: partial outages, $name and Redis',
  (kind) => {
    let database: DatabaseServer;
    let redis: RedisServer;
    let app: FaultApp;
    const wires: Partial<Record<Parts, TcpProxy>> = {};
    const tokens: Record<string, string> = {};
    const table: Record<string, Record<string, number>> = {};

    beforeAll(async () => {
      database = await kind.start();
      redis = await RedisServer.start();
      wires.database = await TcpProxy.start(database.port);
      wires.redis = await TcpProxy.start(Number(new URL(redis.url).port));
      app = await FaultApp.start({
        database: database.optionsAt(wires.database.port),
        env: {
          REDIS_URL: `redis://127.0.0.1:${wires.redis.port}`,
          OPTIONS: JSON.stringify({
            attemptLimits: {
              perAccount: { max: 1000, perSeconds: 9 },
              perAddress: { max: 1000, perSeconds: 9 },
            },
          }),
          TIMEOUT: '2',
        },
      });
      await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
      for (const backend of ['jwt', 'stored', 'redis']) {
        const body = { username: email, password };
        const { body: issued } = await app.send({
          method: 'POST',
          path: `/users/login/${backend}`,
          body,
        });
        tokens[backend] = issued.access_token as string;
      }
    });
    afterAll(async () => {
      record('R-28', `${kind.name} and Redis`, table);
      await app.kill();
      for (const wire of Object.values(wires)) await wire.stop();
      await redis.kill();
      await database.remove();
    });

    const outages: readonly (readonly Parts[])[] = [
      [],
      ['redis'],
      ['database'],
      ['database', 'redis'],
    ];
    const modes = ['refuse', 'black hole'] as const;
    it.each(outages.flatMap((away) => modes.map((mode) => ({ away, mode }))))(
      'away: $away, by $mode',
      async ({ away, mode }) => {
        for (const part of away) wires[part]!.set({ kind: mode });
        const found: Record<string, number> = {};
        const expected: Record<string, number> = {};
        for (const route of routes) {
          const began = performance.now();
          const { status } = await route.send(app, tokens);
          found[route.name] = status;
          expected[route.name] = route.needs.some((part) => away.includes(part)) ? 503 : route.good;
          expect(performance.now() - began, route.name).toBeLessThanOrEqual(6000);
        }
        for (const part of away) {
          wires[part]!.reset();
          wires[part]!.set({ kind: 'pass' });
        }
        await sleep(600);
        table[`${away.join(' and ') || 'nothing'} away, ${mode}`] = found;
        expect(found).toEqual(expected);
      },
    );
  },
);
