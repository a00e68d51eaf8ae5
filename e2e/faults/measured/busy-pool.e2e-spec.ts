import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf, percentile, secondsUntilHealed } from '../harness/judge.js';
import { Load } from '../harness/load.js';
import { isLong, record, scale } from '../harness/scale.js';
import { hasPostgresServer, serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';

// Both servers at once: whoever waits costs nothing.
describe.concurrent.each(serverKinds)('With a small pool, on $name', (kind) => {
  describe.sequential('one after the other', () => {
    let server: DatabaseServer;
    let app: FaultApp;
    beforeAll(async () => {
      server = await kind.start();
    });
    afterEach(() => app.kill());
    afterAll(() => server.remove());

    /** Somebody else takes all of the pool for a while. */
    const exhaust = async (seconds: number, patience = 3) => {
      const load = await Load.begin(() => [app]);
      const began = performance.now();
      let released = 0;
      const run = { seconds: seconds + Math.min(patience, 1), perSecond: 100, patience };
      const samples = await load.run(run, async () => {
        await app.send({ path: `/hold?connections=2&milliseconds=${seconds * 1000}` });
        await sleep(seconds * 1000);
        released = performance.now() - began;
      });
      const longest = Math.max(...samples.map(({ milliseconds }) => milliseconds));
      return { samples, longest, healed: secondsUntilHealed(samples, released) };
    };

    it('R-05: a pool that others hold costs everybody a 503 in time, and no more', async () => {
      const database = server.optionsAt(server.port);
      app = await FaultApp.start({ database, pool: 2, env: { TIMEOUT: '2' } });
      const { samples, longest, healed } = await exhaust(scale(10, 4));
      expectHonest(samples);
      const refused = samples.filter(({ status }) => status === 503);
      expect(refused.map(({ operation }) => operation)).toEqual(
        expect.arrayContaining(['me', 'login', 'register']),
      );
      // Whoever has several statements waits no longer by all of them together.
      expect(longest).toBeLessThanOrEqual(2500);
      expect(healed).toBeLessThanOrEqual(2);
      expect(await app.hasWholePool(2)).toBe(true);
      record('R-05', kind.name, {
        ...figuresOf(samples),
        'last failure after s': healed.toFixed(2),
      });
    });

    it.runIf(isLong || kind === serverKinds[0])(
      'R-05, control: without a time limit, they wait as long as it is held',
      async () => {
        const database = server.optionsAt(server.port);
        const source = kind.name === 'postgres' ? { connectTimeoutMS: 0 } : {};
        app = await FaultApp.start({ database, pool: 2, source, env: { TIMEOUT: '3600' } });
        const { samples, longest } = await exhaust(4, 0);
        expect(longest).toBeGreaterThan(3500);
        record('R-05 control', kind.name, figuresOf(samples));
      },
    );
  });
});

describe.runIf(hasPostgresServer)('R-06: while passwords are hashed', () => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await serverKinds.find(({ name }) => name === 'postgres')!.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());
  const start = async (env = {}): Promise<void> => {
    const database = server.optionsAt(server.port);
    app = await FaultApp.start({ database, pool: 2, env: { HASHER: 'bcrypt', ...env } });
  };
  const register = (email: string) =>
    app.send({ method: 'POST', path: '/users/register', body: { email, password } });

  it('no connection waits in a transaction, and other requests do not wait', async () => {
    await start();
    const email = 'hashed@example.org';
    await register(email);
    const login = () =>
      app.send({ method: 'POST', path: '/users/login/jwt', body: { username: email, password } });
    const headers = { authorization: `Bearer ${(await login()).body.access_token as string}` };
    const me = async (): Promise<number> => {
      const began = performance.now();
      expect((await app.send({ path: '/users/me', headers })).status).toBe(200);
      return performance.now() - began;
    };
    const watch = async (count: number): Promise<number> => {
      const times: Promise<number>[] = [];
      for (let n = 0; n < count; n++) {
        times.push(me());
        await sleep(50);
      }
      return percentile(
        (await Promise.all(times)).toSorted((a, b) => a - b),
        0.99,
      );
    };
    const baseline = await watch(40);
    const logins = Array.from({ length: 40 }, login);
    const [busy, inTransaction] = await Promise.all([watch(60), mostInTransaction(server)]);
    const statuses = (await Promise.all(logins)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    const served = statuses.filter((status) => status === 200).length;
    expect(served).toBeGreaterThan(0);
    expect(inTransaction).toBe(0);
    expect(busy).toBeLessThanOrEqual(Math.max(300, 3 * baseline));
    record('R-06', 'postgres', {
      'quiet p99 ms': Math.round(baseline),
      'p99 ms': Math.round(busy),
      logins: statuses.length,
      'logins served': served,
      'idle in transaction': inTransaction,
    });
  });

  it('control: a listener that hashes in the transaction keeps a connection', async () => {
    await start({ LISTENER: 'hashes in the transaction' });
    const emails = Array.from({ length: 4 }, (_, n) => `inside${n}@example.org`);
    const [inTransaction, ...answers] = await Promise.all([
      mostInTransaction(server),
      ...emails.map(register),
    ]);
    expect(answers.map(({ status }) => status)).toContain(201);
    expect(inTransaction).toBeGreaterThan(0);
    record('R-06 control', 'postgres', { 'idle in transaction': inTransaction });
  });
});

/** The most sessions that were seen to wait in a transaction, over two seconds. */
async function mostInTransaction(server: DatabaseServer): Promise<number> {
  const database = await server.connect();
  let most = 0;
  for (let n = 0; n < 40; n++) {
    const [row] = await database.query<{ count: string }[]>(
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'",
    );
    most = Math.max(most, Number(row?.count));
    await sleep(50);
  }
  await database.destroy();
  return most;
}
