import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

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

  it('the application waits as long as its policy says, and serves then', async () => {
    proxy.set({ kind: 'refuse' });
    const away = scale(20, 4);
    const began = performance.now();
    const app = FaultApp.launch({ database: server.optionsAt(proxy.port) });
    await sleep(away * 1000);
    expect(app.isRunning).toBe(true);
    proxy.set({ kind: 'pass' });
    await app.ready();
    const seconds = (performance.now() - began) / 1000;
    await app.kill();
    expect(seconds).toBeLessThanOrEqual(away + 10);
    record('R-03', kind.name, { 'away s': away, 'serves after s': seconds.toFixed(1) });
  });

  it('the application ends by itself where it stays away', async () => {
    proxy.set({ kind: 'refuse' });
    const began = performance.now();
    const source = { retryAttempts: 3, retryDelay: 300 };
    const app = FaultApp.launch({ database: server.optionsAt(proxy.port), source });
    expect(await app.exited).toBe(1);
    expect(performance.now() - began).toBeLessThan(15_000);
    proxy.set({ kind: 'pass' });
  });
});
