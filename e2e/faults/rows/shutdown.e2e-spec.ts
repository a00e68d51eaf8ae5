import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const LOGINS = 50;
const GRACE = 10;

describe.each(serverKinds)('R-14: an application on $name that is asked to end', (kind) => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());

  let email: string;
  const start = async (env: Record<string, string>): Promise<void> => {
    app = await FaultApp.start({ database: server.optionsAt(server.port), env });
    email = newEmail();
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
  };
  const login = async () => {
    const body = { username: email, password };
    const { status } = await app.send({ method: 'POST', path: '/users/login/jwt', body });
    return status;
  };
  /** What becomes of somebody who comes anew. */
  const comesLate = (): Promise<number | string> =>
    app.send({ path: '/health', headers: { connection: 'close' }, from: '127.0.0.9' }).then(
      ({ status }) => status,
      () => 'refused',
    );

  it('finishes what it has begun, takes nothing more, and ends', async () => {
    await start({ HASHER: 'quick', LISTENER: 'is slow' });
    const idle = connect(app.port, '127.0.0.1');
    idle.on('error', () => {});
    idle.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const logins = Array.from({ length: LOGINS }, login);
    // So that some have their answers and slow listeners, and the others wait for the hasher.
    await sleep(400);
    const began = performance.now();
    app.signal('SIGTERM');
    await sleep(200);
    const late = await comesLate();
    const answers = await Promise.allSettled(logins);
    const code = await app.exited;
    const seconds = (performance.now() - began) / 1000;
    idle.destroy();
    const aborted = answers.filter(
      (answer) => answer.status === 'rejected' || answer.value !== 200,
    );
    expect(aborted).toEqual([]);
    expect([503, 'refused']).toContain(late);
    expect(code).toBe(0);
    expect(seconds).toBeLessThanOrEqual(GRACE + 2);
    record('R-14', kind.name, {
      logins: LOGINS,
      aborted: aborted.length,
      'who comes late': late,
      'exit code': code,
      'ended after s': seconds.toFixed(1),
    });
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
    record('R-14 asked again', kind.name, { 'ended after ms': Math.round(milliseconds) });
  });
});
