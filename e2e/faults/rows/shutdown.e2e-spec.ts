import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';

describe.each(serverKinds)('R-14: an application on $name that is asked to end', (kind) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.remove());

  it('finishes what it has begun, takes nothing more, and ends', async () => {
    const env = { HASHER: 'bcrypt', LISTENER: 'is slow' };
    const app = await FaultApp.start({ database: server.optionsAt(server.port), env });
    const email = `ends-${kind.name}@example.org`;
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const { port } = new URL(app.origin);
    const idle = connect(Number(port), '127.0.0.1');
    idle.on('error', () => {});
    idle.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const logins = Array.from({ length: 12 }, () =>
      app.send({ method: 'POST', path: '/users/login/jwt', body: { username: email, password } }),
    );
    // So that all of them are under way.
    await new Promise((over) => {
      setTimeout(over, 400);
    });
    const began = performance.now();
    app.signal('SIGTERM');
    const late = await app.send({ path: '/health' }).then(
      ({ status }) => status,
      () => 'refused',
    );
    const answers = await Promise.allSettled(logins);
    const statuses = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.status : String(answer.reason),
    );
    const code = await app.exited;
    const seconds = (performance.now() - began) / 1000;
    idle.destroy();
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect([200, 503, 'refused']).toContain(late);
    expect([0, 'SIGTERM']).toContain(code);
    expect(seconds).toBeLessThanOrEqual(12 + 5);
    record('R-14', kind.name, { logins: 12, aborted: 0, 'ended after s': seconds.toFixed(1) });
  });
});
