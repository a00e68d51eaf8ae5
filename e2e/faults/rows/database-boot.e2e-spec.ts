import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../harness/client.js';
import { freePort } from '../../harness/free-port.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const AWAY = [{ kind: 'refuse' }, { kind: 'black hole' }] as const;
const CONNECT_MS = 1000;
/** What gives up a connection that nobody answers: the name of PostgreSQL's option, and MariaDB's. */
const SOON = { connectTimeoutMS: CONNECT_MS, connectTimeout: CONNECT_MS };

describe.each(serverKinds)('R-03: with $name away at the start', (kind) => {
  let server: DatabaseServer;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await kind.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.remove();
  });

  const launch = (env = {}, source = {}) =>
    FaultApp.launch({ database: server.optionsAt(proxy.port), env, source });

  it('imports and modules make no connection, and hold no process', async () => {
    proxy.set({ kind: 'pass' });
    const before = proxy.accepted;
    expect(await launch({ BOOT: 'never' }).exited).toBe(0);
    expect(proxy.accepted).toBe(before);

    const control = launch();
    await control.ready();
    await control.kill();
    expect(proxy.accepted).toBeGreaterThan(before);
  });

  it.each(AWAY)(
    '$kind: it waits as long as its policy says, and is ready when it serves',
    async (mode) => {
      const PORT = String(await freePort());
      const origin = `http://127.0.0.1:${PORT}`;
      proxy.set(mode);
      const away = scale(20, 2);
      const began = performance.now();
      const app = launch({ PORT }, SOON);
      for (let second = 0; second < away; second++) {
        await sleep(1000);
        // Nobody is sent here before it can serve.
        await expect(send(origin, { path: '/ready' })).rejects.toThrow('ECONNREFUSED');
      }
      expect(app.isRunning).toBe(true);
      proxy.set({ kind: 'pass' });
      await app.ready();
      const seconds = (performance.now() - began) / 1000;
      const ready = async () => (await app.send({ path: '/ready' })).status;
      expect(await ready()).toBe(200);
      proxy.set(mode);
      const lost = performance.now();
      expect(await ready()).toBe(503);
      expect(performance.now() - lost).toBeLessThanOrEqual(2000);
      proxy.set({ kind: 'pass' });
      const back = performance.now();
      while ((await ready()) !== 200) {
        expect(performance.now() - back).toBeLessThanOrEqual(10_000);
        await sleep(100);
      }
      await app.kill();
      expect(seconds).toBeLessThanOrEqual(away + 10);
      record(`R-03 ${mode.kind}`, kind.name, {
        'away s': away,
        'serves after s': seconds.toFixed(1),
      });
    },
  );

  it.each(AWAY)('$kind: it ends by itself where the database stays away', async (mode) => {
    proxy.set(mode);
    const before = proxy.accepted;
    const app = launch({}, { ...SOON, retryAttempts: 3, retryDelay: 300 });
    // The policy begins with its first attempt, however long Node takes to begin.
    while (proxy.accepted === before) await sleep(10);
    const began = performance.now();
    expect(await app.exited).toBe(1);
    const policy = 3 * (300 + (mode.kind === 'black hole' ? CONNECT_MS : 0));
    const milliseconds = performance.now() - began;
    expect(milliseconds).toBeLessThanOrEqual(policy + 5000);
    record(`R-03 never, ${mode.kind}`, kind.name, {
      'policy ms': policy,
      'ended after ms': Math.round(milliseconds),
    });
  });
});
