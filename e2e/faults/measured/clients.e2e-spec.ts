import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp, platforms } from '../harness/fault-app.js';
import { p99Of } from '../harness/judge.js';
import { Crowd, login, slow } from '../harness/rude-clients.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const email = 'patient@example.org';
const SLOW = scale(500, 150);
/** What the process's own garbage collection takes at times; below it there is nothing to compare. */
const PAUSE_MS = 20;

describe.runIf(serverKinds.length > 0).each(platforms)('R-25: on %s, clients that', (platform) => {
  let server: DatabaseServer;
  let app: FaultApp;
  let headers: Record<string, string>;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
    app = await FaultApp.start({
      database: server.optionsAt(server.port),
      platform,
      env: { HASHER: 'bcrypt' },
    });
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const body = { username: email, password };
    const answer = await app.send({ method: 'POST', path: '/users/login/jwt', body });
    headers = { authorization: `Bearer ${answer.body.access_token as string}` };
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });

  const p99 = (): Promise<number> =>
    p99Of(200, async () =>
      expect((await app.send({ path: '/users/me', headers })).status).toBe(200),
    );

  it('send a body letter by letter cost others nothing', async () => {
    const quiet = await p99();
    const crowd = new Crowd(app.port, SLOW, slow, ' ');
    await sleep(1000);
    const busy = await p99();
    crowd.leave();
    expect(busy).toBeLessThanOrEqual(Math.max(PAUSE_MS, 2 * quiet));
    record(`R-25 slow bodies, ${platform}`, server.name, {
      clients: SLOW,
      'quiet p99 ms': quiet.toFixed(1),
      'p99 ms': busy.toFixed(1),
    });
  });

  it('go away while their password is hashed leave nothing behind', async () => {
    const before = (await app.stats()).heap;
    const body = { username: email, password };
    for (let round = 0; round < scale(60, 8); round++) {
      const sockets = Array.from({ length: 10 }, () => login(body)(app.port));
      await sleep(60);
      for (const socket of sockets) socket.resetAndDestroy();
    }
    let status = 503;
    for (let n = 0; n < 40 && status === 503; n++) {
      ({ status } = await app.send({ method: 'POST', path: '/users/login/jwt', body }));
      if (status === 503) await sleep(500);
    }
    expect(status).toBe(200);
    const { heap, pool } = await app.stats();
    expect(heap - before).toBeLessThanOrEqual(10);
    expect([pool.total - pool.idle, pool.waiting]).toEqual([0, 0]);
    record(`R-25 gone clients, ${platform}`, server.name, {
      'heap grew MB': (heap - before).toFixed(1),
    });
  });
});
