import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { percentile } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const email = 'listened@example.org';
/** As often as it has to be that what each of them holds can be seen. */
const MANY = 1000;
const LOGINS = scale(MANY, 100);
/** More than that is the memory of listeners. */
const NOISE_MB = 3;

interface Variant {
  readonly listener: string;
  readonly logins?: number;
  readonly options?: object;
  /** So long after the last login its listeners have ended, or were given up. */
  readonly settledMs?: number;
  /** Whoever blocks the event loop delays answers, whatever a library does. */
  readonly blocks?: boolean;
}

describe.runIf(serverKinds.length > 0)('R-13: a listener that', () => {
  let server: DatabaseServer;
  /** One that has no such listener: asked in turn, it feels the same troubles of the machine. */
  let usual: FaultApp;
  let app: FaultApp;
  /** In MB, where no listener does anything. */
  let usuallyGrown = Number.NaN;
  const launch = (listener: string, options: object = {}): Promise<FaultApp> => {
    const env = { LISTENER: listener, OPTIONS: JSON.stringify(options) };
    return FaultApp.start({ database: server.optionsAt(server.port), env });
  };
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
    usual = await launch('none');
    await usual.send({ method: 'POST', path: '/users/register', body: { email, password } });
  });
  afterEach(() => app.kill());
  afterAll(async () => {
    await usual.kill();
    await server.remove();
  });

  const start = async (listener: string, options?: object): Promise<void> => {
    app = await launch(listener, options);
  };
  const login = async (at = app): Promise<number> => {
    const body = { username: email, password };
    const began = performance.now();
    const { status } = await at.send({ method: 'POST', path: '/users/login/jwt', body });
    expect(status).toBe(200);
    return performance.now() - began;
  };
  const logins = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await login();
  };
  const median = (times: readonly number[]): number =>
    percentile(
      times.toSorted((a, b) => a - b),
      0.5,
    );
  const heap = async (): Promise<number> => (await app.stats()).heap;

  it.each<Variant>([
    { listener: 'none', logins: MANY },
    { listener: 'throws at once' },
    { listener: 'throws later' },
    { listener: 'throws no error' },
    { listener: 'throws a text' },
    { listener: 'rejects with nothing' },
    { listener: 'throws when it is awaited' },
    {
      listener: 'never ends',
      logins: MANY,
      options: { listenerTimeoutSeconds: 1 },
      settledMs: 1500,
    },
    { listener: 'is slow', settledMs: 5500 },
    { listener: 'blocks', logins: scale(50, 15), blocks: true },
  ])(
    '$listener changes no answer, ends no process and leaves nothing behind',
    async ({ listener, logins: count = LOGINS, options, settledMs = 100, blocks = false }) => {
      await start(listener, options);
      await logins(blocks ? 2 : 50);
      const before = await heap();
      const times: { here: number; there: number }[] = [];
      for (let n = 0; n < count; n++)
        times.push({ here: await login(), there: await login(usual) });
      await sleep(settledMs);
      const grown = (await heap()) - before;
      const here = median(times.map((time) => time.here));
      const there = median(times.map((time) => time.there));
      expect(app.isRunning).toBe(true);
      if (!blocks) expect(here).toBeLessThanOrEqual(there + 5);
      if (listener === 'none') usuallyGrown = grown;
      expect(grown).toBeLessThanOrEqual(usuallyGrown + NOISE_MB);
      record(`R-13 ${listener}`, server.name, {
        logins: count,
        'median ms': here.toFixed(2),
        'median without it ms': there.toFixed(2),
        'heap grew MB': grown.toFixed(1),
      });
    },
  );

  it('never ends keeps its memory as long as it is not given up (control)', async () => {
    await start('never ends', { listenerTimeoutSeconds: 60 });
    await logins(50);
    const before = await heap();
    await logins(MANY);
    const grown = (await heap()) - before;
    expect(grown).toBeGreaterThan(usuallyGrown + NOISE_MB);
    record('R-13 never given up (control)', server.name, {
      logins: MANY,
      'heap grew MB': grown.toFixed(1),
    });
  });

  it('is slow delays answers where the application awaits it (control)', async () => {
    await start('is slow', { awaitListeners: true, listenerTimeoutSeconds: 0.5 });
    expect(await login()).toBeGreaterThan((await login(usual)) + 5);
  });

  it('never ends does not delay the end of the application beyond the grace', async () => {
    const grace = 2;
    await start('never ends', { shutdownGraceSeconds: grace });
    await logins(20);
    const began = performance.now();
    app.signal('SIGTERM');
    expect(await app.exited).toBe(0);
    const seconds = (performance.now() - began) / 1000;
    // Control: they were waited for.
    expect(seconds).toBeGreaterThanOrEqual(grace);
    expect(seconds).toBeLessThanOrEqual(grace + 2);
    record('R-13 end of the application', server.name, {
      'grace s': grace,
      'ended after s': seconds.toFixed(1),
    });
  });
});
