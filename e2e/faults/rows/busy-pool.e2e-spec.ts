import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf, percentile, secondsUntilHealed } from '../harness/judge.js';
import { Load } from '../harness/load.js';
import { record, scale } from '../harness/scale.js';
import { hasPostgresServer, serverKinds } from '../harness/servers.js';

describe.each(serverKinds)('With a small pool, on $name', (kind) => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());

  it('R-05: a pool that others hold costs a 503 in time, and no more', async () => {
    const database = server.optionsAt(server.port);
    app = await FaultApp.start({ database, pool: 2, env: { TIMEOUT: '2' } });
    const load = await Load.begin(() => [app]);
    const held = scale(10, 5);
    const began = performance.now();
    let released = 0;
    const samples = await load.run({ seconds: held + 4, perSecond: 100 }, async () => {
      await app.send({ path: `/hold?connections=2&milliseconds=${held * 1000}` });
      await sleep(held * 1000);
      released = performance.now() - began;
    });
    expectHonest(samples);
    const single = samples.filter(({ operation }) => operation === 'me');
    expect(single.some(({ status }) => status === 503)).toBe(true);
    expect(Math.max(...single.map(({ milliseconds }) => milliseconds))).toBeLessThan(2500);
    const healed = secondsUntilHealed(samples, released);
    expect(healed).toBeLessThanOrEqual(2);
    record('R-05', kind.name, { ...figuresOf(samples), 'last failure after s': healed.toFixed(2) });
  });
});

describe.runIf(hasPostgresServer)('R-06: while passwords are hashed', () => {
  it('no connection waits in a transaction, and other requests do not wait', async () => {
    const server = await serverKinds.find(({ name }) => name === 'postgres')!.start();
    const database = server.optionsAt(server.port);
    const app = await FaultApp.start({ database, pool: 2, env: { HASHER: 'bcrypt' } });
    const email = 'hashed@example.org';
    const password = 'correct horse battery';
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
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
    await app.kill();
    await server.remove();
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(inTransaction).toBe(0);
    expect(busy).toBeLessThanOrEqual(Math.max(300, 3 * baseline));
    record('R-06', 'postgres', {
      'quiet p99 ms': Math.round(baseline),
      'p99 ms': Math.round(busy),
      inTransaction,
    });
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
