import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf, secondsUntilHealed } from '../harness/judge.js';
import { Load, type Sample } from '../harness/load.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';
import { TcpProxy } from '../harness/tcp-proxy.js';

const TIMEOUT = 5;

/** Nobody has waited longer than the database may keep anybody waiting. */
function expectPunctual(samples: readonly Sample[]): void {
  const late = samples.filter(({ milliseconds }) => milliseconds > (TIMEOUT + 1) * 1000);
  expect(late.map(({ at, ...sample }) => ({ at: Math.round(at), ...sample }))).toEqual([]);
}

describe.each(serverKinds)('R-04: with $name behind a bad wire', (kind) => {
  let server: DatabaseServer;
  let proxy: TcpProxy;
  let app: FaultApp;
  beforeAll(async () => {
    server = await kind.start();
    proxy = await TcpProxy.start(server.port);
  });
  beforeEach(() => proxy.set({ kind: 'pass' }));
  afterEach(async () => {
    await app.kill();
    proxy.reset();
  });
  afterAll(async () => {
    await proxy.stop();
    await server.remove();
  });
  const start = async (timeoutSeconds = TIMEOUT): Promise<Load> => {
    const env = { TIMEOUT: String(timeoutSeconds) };
    app = await FaultApp.start({ database: server.optionsAt(proxy.port), env });
    return Load.begin(() => [app]);
  };

  it('a fifth of a second more makes it slower, and nothing else', async () => {
    const load = await start();
    proxy.set({ kind: 'slow', milliseconds: 200 });
    const samples = await load.run({ seconds: scale(60, 4), perSecond: 10 });
    expectHonest(samples);
    expect(samples.filter(({ status }) => status === 503 || status === 0)).toEqual([]);
    record('R-04 +200 ms', kind.name, figuresOf(samples));
  });

  it('two seconds more: whatever takes too long is told to come again', async () => {
    const load = await start();
    proxy.set({ kind: 'slow', milliseconds: 2000 });
    const samples = await load.run({ seconds: scale(60, 4), perSecond: 5 });
    expectHonest(samples);
    expect(samples.some(({ status }) => status === 503)).toBe(true);
    expectPunctual(samples);
    record('R-04 +2 s', kind.name, figuresOf(samples));
  });

  it('a black hole: nobody waits for long, and it heals', async () => {
    const load = await start();
    await app.stats();
    const before = performance.now();
    let mended = 0;
    const samples = await load.run({ seconds: scale(60, 15), perSecond: 30 }, async () => {
      await sleep(2000);
      proxy.set({ kind: 'black hole' });
      await sleep(scale(30, 6) * 1000);
      proxy.set({ kind: 'pass' });
      mended = performance.now() - before;
    });
    expectHonest(samples);
    const { loop } = await app.stats();
    const figures = figuresOf(samples);
    expect(figures['answers 503']).toBeGreaterThan(0);
    expectPunctual(samples);
    const healed = secondsUntilHealed(samples, mended);
    expect(healed).toBeLessThanOrEqual(10);
    record('R-04 black hole', kind.name, {
      ...figures,
      'last failure after s': healed.toFixed(2),
      'event loop p99 ms': Math.round(loop.p99),
    });
  });

  it('control: without a time limit, they wait', async () => {
    await start(3600);
    proxy.set({ kind: 'black hole' });
    const answer = app.send({ path: '/users/me', headers: { authorization: `Bearer x` } });
    expect((await answer).status).toBe(401);
    const body = { username: 'nobody@example.org', password: 'correct horse battery' };
    const login = app.send({ method: 'POST', path: '/users/login/jwt', body }).catch(() => {});
    const first = await Promise.race([
      login.then(() => 'answered'),
      sleep(8000).then(() => 'waits'),
    ]);
    expect(first).toBe('waits');
  });
});
