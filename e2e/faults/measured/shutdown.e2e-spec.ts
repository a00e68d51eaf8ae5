import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import type { Sample } from '../harness/sample.js';
import { silent, slow } from '../harness/rude-clients.js';
import { record, scale } from '../harness/scale.js';
import { hosts } from '../harness/servers.js';

const password = 'correct horse battery';
const LISTENING = 20;
const HASHING = 50;
const GRACE = 10;
/** So long it may take until a signal is heard, and until a connection is refused. */
const AT_ONCE_MS = 500;

describe.each(hosts)('R-14: an application on $name and $platform that is asked to end', (host) => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await host.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());

  let email: string;
  const start = async (env: Record<string, string>): Promise<void> => {
    const { platform } = host;
    app = await FaultApp.start({ database: server.optionsAt(server.port), platform, env });
    email = newEmail();
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
  };
  const login = async () => {
    const body = { username: email, password };
    const headers = { 'x-marked': '' };
    const { status } = await app.send({ method: 'POST', path: '/users/login/jwt', headers, body });
    return status;
  };
  const haveArrived = async (count: number): Promise<void> => {
    while ((await app.send({ path: '/arrived' })).body.marked < count) await sleep(5);
  };
  /** What becomes of somebody who comes anew. */
  const comesLate = (): Promise<number | string> =>
    app.send({ path: '/health', headers: { connection: 'close' }, from: '127.0.0.9' }).then(
      ({ status }) => status,
      () => 'refused',
    );
  /** A connection that was used once, and is kept. */
  const idles = async () => {
    const socket = connect(app.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    return socket;
  };

  it('finishes what it has begun, takes nothing more, and ends', async () => {
    await start({ HASHER: 'quick', LISTENER: 'is slow' });
    const load = await Load.begin(() => [app]);
    const idle = await idles();
    let [signalled, seconds] = [0, 0];
    let [late, code]: (number | string)[] = [];
    let [statuses, hashing]: [number[], number] = [[], 0];
    const began = performance.now();
    const samples = await load.run({ seconds: 0 }, async () => {
      await sleep(scale(10_000, 1000));
      await Promise.all(Array.from({ length: LISTENING }, login));
      // Opens the connections that the next ones take.
      await Promise.all(Array.from({ length: HASHING }, () => app.send({ path: '/health' })));
      let waiting = HASHING;
      const logins = Array.from({ length: HASHING }, async () => {
        const status = await login();
        waiting--;
        return status;
      });
      await haveArrived(LISTENING + HASHING);
      signalled = performance.now() - began;
      app.signal('SIGTERM');
      hashing = waiting;
      await sleep(200);
      late = await comesLate();
      statuses = await Promise.all(logins);
      code = await app.exited;
      seconds = (performance.now() - began - signalled) / 1000;
      await sleep(200);
    });
    idle.destroy();

    // In the middle of everything: hashes, and listeners.
    expect(hashing).toBeGreaterThanOrEqual(HASHING / 2);
    const listeners = app.count('began');
    expect(listeners).toBeGreaterThanOrEqual(LISTENING + HASHING);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect([503, 'refused']).toContain(late);
    expect(code).toBe(0);
    expect(seconds).toBeLessThanOrEqual(GRACE + 2);
    // Each of them has used the database at its end.
    expect(app.count('ended')).toBe(listeners);

    // A logout is a login and a second request, which may come after the signal.
    const before = samples.filter(
      ({ at, operation }) => at < signalled - AT_ONCE_MS && operation !== 'logout',
    );
    expect(before.filter((sample) => !isGood(sample))).toEqual([]);
    // Whoever comes after the signal is refused, one way or another: also in the system's own line, which
    // is closed together with the port, and where nobody has taken them.
    const aborted = samples.filter(
      ({ at, status, isRefused }) =>
        status === 0 && at <= signalled && !(isRefused && at > signalled - AT_ONCE_MS),
    );
    expect(aborted).toEqual([]);
    const after = samples.filter(({ at }) => at > signalled + AT_ONCE_MS);
    expect(after.length).toBeGreaterThan(100);
    expect(after.filter(({ status }) => status !== 503 && status !== 0)).toEqual([]);
    expect(Math.max(...after.map(({ milliseconds }) => milliseconds))).toBeLessThan(AT_ONCE_MS);
    expect(
      samples.filter((sample) => !isGood(sample) && ![0, 503].includes(sample.status)),
    ).toEqual([]);
    const database = await server.connect();
    try {
      expect(await load.ledger.untold(database)).toEqual([]);
      app = await FaultApp.start({ database: server.optionsAt(server.port) });
      expect(await load.ledger.reconcile(database, (token) => load.opens(token))).toEqual(HONEST);
    } finally {
      await database.destroy();
    }
    record(`R-14 ${host.platform}`, host.name, {
      'requests before / during': `${before.length} / ${samples.length - before.length}`,
      'waiting for the hasher': hashing,
      'listeners that ended': listeners,
      aborted: aborted.length,
      'who comes late': late,
      'exit code': code,
      'ended after s': seconds.toFixed(1),
    });
  });

  it('gives up what takes longer than the grace (control of those that ended)', async () => {
    await start({ LISTENER: 'is slow', OPTIONS: JSON.stringify({ shutdownGraceSeconds: 1 }) });
    await Promise.all(Array.from({ length: 5 }, login));
    const began = performance.now();
    app.signal('SIGTERM');
    expect(await app.exited).toBe(0);
    expect((performance.now() - began) / 1000).toBeLessThanOrEqual(1 + 2);
    expect([app.count('began'), app.count('ended')]).toEqual([5, 0]);
  });

  it('waits for clients that say nothing, or not all of it, no longer than it was told', async () => {
    await start({ PATIENCE_MS: '1000' });
    const sockets = [silent(app.port), slow(app.port)];
    await haveArrived(0);
    const began = performance.now();
    app.signal('SIGTERM');
    expect(await app.exited).toBe(0);
    const seconds = (performance.now() - began) / 1000;
    for (const socket of sockets) socket.destroy();
    // Control: without that, they would hold it for good.
    expect(seconds).toBeGreaterThanOrEqual(0.9);
    expect(seconds).toBeLessThanOrEqual(3);
  });

  it('ends at once when it is asked again', async () => {
    await start({ LISTENER: 'never ends' });
    await login();
    app.signal('SIGTERM');
    await sleep(300);
    // Control: it waits for the listener.
    expect(app.isRunning).toBe(true);
    const began = performance.now();
    app.signal('SIGTERM');
    expect(await app.exited).toBe(1);
    const milliseconds = performance.now() - began;
    expect(milliseconds).toBeLessThanOrEqual(500);
    record(`R-14 asked again, ${host.platform}`, host.name, {
      'ended after ms': Math.round(milliseconds),
    });
  });
});

function isGood({ status }: Sample): boolean {
  return status >= 200 && status < 300;
}
