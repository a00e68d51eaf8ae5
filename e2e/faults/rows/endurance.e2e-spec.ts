import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import { canStartRedis, RedisServer } from '../../harness/redis-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import { Person, PASSWORD } from '../harness/people.js';
import { Crowd, login as rudely, silent, slow } from '../harness/rude-clients.js';
import { enduranceMinutes, record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const MS = enduranceMinutes * 60_000;
const TIMEOUT = MS + 180_000;
/** What may be there more at the end than after the first fifth, which warms up. In MB. */
const GROWTH = 20;
const SLOW = scale(500, 150);
const LIMITS = JSON.stringify({
  attemptLimits: {
    perAccount: { max: 5000, perSeconds: 60 },
    perAddress: { max: 5000, perSeconds: 60 },
  },
});

/** Does something so many times a second, as long as something else takes; nobody waits for it. */
async function meanwhile<T>(
  perSecond: number,
  act: (n: number) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const acts: Promise<unknown>[] = [];
  const timer = setInterval(() => acts.push(act(acts.length)), 1000 / perSecond);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await Promise.all(acts);
  }
}

/** The least of some readings: what is really held. */
async function memoryOf(app: FaultApp): Promise<{ heap: number; rss: number }> {
  const readings: { heap: number; rss: number }[] = [];
  for (let n = 0; n < 5; n++) {
    readings.push(await app.stats());
    await sleep(200);
  }
  return {
    heap: Math.min(...readings.map(({ heap }) => heap)),
    rss: Math.min(...readings.map(({ rss }) => rss)),
  };
}

/** `FAULTS_MINUTES`: for so long; 480 are the eight hours of R-26. All at once. */
describe.concurrent(`For ${enduranceMinutes} minutes`, () => {
  it.runIf(canStartRedis && serverKinds.length > 0)(
    'R-07: a Redis that is away costs no memory',
    async () => {
      const database = await serverKinds[0]!.start();
      const redis = await RedisServer.start();
      const proxy = await TcpProxy.start(Number(new URL(redis.url).port));
      const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, OPTIONS: LIMITS };
      const app = await FaultApp.start({ database: database.optionsAt(database.port), env });
      const anna = await Person.register(app);
      const { headers: stored } = await anna.login('redis');
      const { headers: jwt } = await anna.login('jwt');
      const statuses = {
        redis: new Set<number>(),
        jwt: new Set<number>(),
        guess: new Set<number>(),
      };
      const ask = async (n: number) => {
        const body = { username: newEmail(), password: 'a guess' };
        const guess = { method: 'POST', path: '/users/login/jwt', body };
        const redisAnswer = await app.send({ path: '/users/me', headers: stored });
        statuses.redis.add(redisAnswer.status);
        statuses.jwt.add((await app.send({ path: '/users/me', headers: jwt })).status);
        if (n % 2 === 0) statuses.guess.add((await app.send(guess)).status);
      };
      const before = await meanwhile(20, ask, async () => {
        await sleep(MS / 5);
        return memoryOf(app);
      });
      expect([...statuses.redis]).toEqual([200]);
      statuses.redis.clear();

      const after = await meanwhile(20, ask, async () => {
        proxy.set({ kind: 'black hole' });
        await sleep(MS / 2);
        proxy.set({ kind: 'refuse' });
        await sleep(MS / 2);
        return memoryOf(app);
      });
      proxy.set({ kind: 'pass' });
      await sleep(2000);
      const mended = await app.send({ path: '/users/me', headers: stored });
      await app.kill();
      await proxy.stop();
      await redis.kill();
      await database.remove();
      expect([...statuses.redis]).toEqual([503]);
      expect([...statuses.jwt]).toEqual([200]);
      expect([...statuses.guess]).toEqual([400]);
      expect(mended.status).toBe(200);
      expect(after.heap - before.heap).toBeLessThanOrEqual(GROWTH);
      expect(after.rss - before.rss).toBeLessThanOrEqual(GROWTH);
      record('R-07 away for long', 'redis', {
        'away minutes': enduranceMinutes,
        'heap grew MB': (after.heap - before.heap).toFixed(1),
        'rss grew MB': (after.rss - before.rss).toFixed(1),
      });
    },
    2 * TIMEOUT,
  );

  it.runIf(serverKinds.length > 0)(
    'R-25: clients that misbehave leave nothing behind',
    async () => {
      const database = await serverKinds[0]!.start();
      const env = { HASHER: 'quick', OPTIONS: LIMITS };
      const app = await FaultApp.start({ database: database.optionsAt(database.port), env });
      const anna = await Person.register(app);
      const { headers: jwt } = await anna.login('jwt');
      const { port } = app;
      const comes = rudely({ username: anna.email, password: PASSWORD });
      const leavesEarly = async () => {
        const socket = comes(port);
        await sleep(15);
        socket.resetAndDestroy();
      };
      const crowds = {
        slow: new Crowd(port, SLOW, slow, ' '),
        silent: new Crowd(port, scale(100, 30), silent),
      };
      const statuses = new Set<number>();
      const ask = async (n: number) => {
        if (n % 2 === 0) statuses.add((await app.send({ path: '/users/me', headers: jwt })).status);
        else await leavesEarly();
      };
      const [before, after] = await meanwhile(20, ask, async () => {
        await sleep(MS / 5);
        const first = await memoryOf(app);
        await sleep(MS);
        return [first, await memoryOf(app)] as const;
      });
      for (const crowd of Object.values(crowds)) crowd.leave();
      await app.kill();
      await database.remove();
      expect([...statuses]).toEqual([200]);
      // They have a minute each.
      expect(crowds.slow.closed).toBeGreaterThanOrEqual(enduranceMinutes >= 3 ? SLOW : 0);
      expect(after.heap - before.heap).toBeLessThanOrEqual(GROWTH);
      expect(after.rss - before.rss).toBeLessThanOrEqual(GROWTH);
      record('R-25 for long', database.name, {
        minutes: enduranceMinutes,
        'slow bodies that were closed': crowds.slow.closed,
        'silent connections that were closed': crowds.silent.closed,
        'heap grew MB': (after.heap - before.heap).toFixed(1),
        'rss grew MB': (after.rss - before.rss).toFixed(1),
      });
    },
    2 * TIMEOUT,
  );

  it.runIf(canStartRedis).each(serverKinds)(
    'R-26: on $name, troubles of all kinds leave no rejection unhandled, and no warning of Node',
    async (kind) => {
      const database = await kind.start();
      const redis = await RedisServer.start();
      const wires = {
        database: await TcpProxy.start(database.port),
        redis: await TcpProxy.start(Number(new URL(redis.url).port)),
      };
      const env = { REDIS_URL: `redis://127.0.0.1:${wires.redis.port}`, OPTIONS: LIMITS };
      const app = await FaultApp.start({ database: database.optionsAt(wires.database.port), env });
      const troubles: (() => Promise<unknown> | void)[] = [
        () => wires.database.reset(),
        () => silence(wires.redis),
        () => database.stop('immediate').then(() => database.start()),
        () => redis.kill().then(() => redis.restart()),
        () => silence(wires.database),
        () => wires.redis.reset(),
        () => database.stop('fast').then(() => database.start()),
      ];
      const load = await Load.begin(() => [app]);
      const first = await app.stats();
      const pause = Math.max(MS / 40, 1200);
      let count = 0;
      const samples = await load.run({ seconds: MS / 1000 + 10, perSecond: 30 }, async () => {
        const end = performance.now() + MS;
        while (performance.now() < end) {
          await sleep(pause);
          await troubles[count++ % troubles.length]!();
        }
      });
      expectHonest(samples);
      const known = await database.connect();
      expect(await load.ledger.reconcile(known, (token) => load.opens(token))).toEqual(HONEST);
      await known.destroy();
      const { warnings, heap, pool } = await app.stats();
      const isRunning = app.isRunning;
      await app.kill();
      for (const wire of Object.values(wires)) await wire.stop();
      await redis.kill();
      await database.remove();
      expect([isRunning, warnings]).toEqual([true, []]);
      expect([pool.total - pool.idle, pool.waiting]).toEqual([0, 0]);
      expect(heap - first.heap).toBeLessThanOrEqual(GROWTH);
      record('R-26', kind.name, {
        minutes: enduranceMinutes,
        troubles: count,
        ...figuresOf(samples),
        'unhandled rejections': 0,
        'warnings of Node': warnings.length,
        'heap grew MB': (heap - first.heap).toFixed(1),
        lost: 0,
        duplicate: 0,
        'fail-open': 0,
      });
    },
    2 * TIMEOUT,
  );
});

describe.runIf(serverKinds.length > 0)('Controls of endurance', () => {
  const start = async (listener: string) => {
    const database = await serverKinds[0]!.start();
    const env = { LISTENER: listener };
    const app = await FaultApp.start({ database: database.optionsAt(database.port), env });
    const end = async () => {
      await app.kill();
      await database.remove();
    };
    return { app, anna: await Person.register(app), end };
  };

  it('control: a rejection that nobody handles is seen', async () => {
    const { app, anna, end } = await start('leaves a rejection to nobody');
    await anna.login('jwt').catch(() => undefined);
    expect(await app.exited).toBe(1);
    await end();
  });

  it('control: memory that is kept is seen', async () => {
    const { app, anna, end } = await start('hoards memory');
    const before = await memoryOf(app);
    for (let n = 0; n < 10; n++) await anna.login('jwt');
    expect((await memoryOf(app)).heap - before.heap).toBeGreaterThan(GROWTH);
    await end();
  });
});

/** Nothing comes through for a while. */
async function silence(wire: TcpProxy): Promise<void> {
  wire.set({ kind: 'black hole' });
  await sleep(1000);
  wire.set({ kind: 'pass' });
  wire.reset();
}
