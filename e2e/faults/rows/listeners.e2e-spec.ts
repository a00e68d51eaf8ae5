import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { percentile } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const LOGINS = scale(1000, 100);

describe.runIf(serverKinds.length > 0)('R-13: a listener that', () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
  });
  afterAll(() => server.remove());
  const medians = new Map<string, number>();

  it.each([
    'none',
    'throws at once',
    'throws later',
    'throws no error',
    'throws a text',
    'rejects with nothing',
    'throws when it is awaited',
    'never ends',
    'is slow',
  ])('%s changes no answer and ends no process', async (listener) => {
    const env = { LISTENER: listener };
    const app = await FaultApp.start({ database: server.optionsAt(server.port), env });
    const email = `${listener.replaceAll(' ', '-')}@example.org`;
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const login = async (): Promise<number> => {
      const body = { username: email, password };
      const began = performance.now();
      const { status } = await app.send({ method: 'POST', path: '/users/login/jwt', body });
      expect(status).toBe(200);
      return performance.now() - began;
    };
    for (let n = 0; n < 50; n++) await login();
    const before = (await app.stats()).heap;
    const times: number[] = [];
    for (let n = 0; n < LOGINS; n++) times.push(await login());
    const median = percentile(
      times.toSorted((a, b) => a - b),
      0.5,
    );
    medians.set(listener, median);
    expect(app.isRunning).toBe(true);
    const grown = (await app.stats()).heap - before;
    expect(grown).toBeLessThan(10);
    await app.kill();
    record(`R-13 ${listener}`, server.name, {
      logins: LOGINS,
      'median ms': median.toFixed(2),
      'heap grew MB': grown.toFixed(1),
    });
  });

  it('costs the answers nothing', () => {
    const usual = medians.get('none')!;
    for (const [listener, median] of medians) {
      expect(median - usual, listener).toBeLessThanOrEqual(5);
    }
  });
});
