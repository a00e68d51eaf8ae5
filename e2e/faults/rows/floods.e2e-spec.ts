import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { percentile } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';

interface Timed {
  readonly began: number;
  readonly status: number;
  readonly milliseconds: number;
}

/** Ends all connections to the server; answers when that was. */
async function cutOff(server: DatabaseServer): Promise<number> {
  if (server.name === 'postgres') {
    await server.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
  }
  return performance.now();
}

describe.runIf(serverKinds.length > 0)('Floods', () => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());

  const start = async (env: Record<string, string>): Promise<Record<string, string>> => {
    app = await FaultApp.start({ database: server.optionsAt(server.port), env });
    const email = 'honest@example.org';
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const body = { username: email, password };
    const answer = await app.send({ method: 'POST', path: '/users/login/jwt', body });
    return { authorization: `Bearer ${answer.body.access_token as string}` };
  };
  const timed = async (message: Parameters<FaultApp['send']>[0]): Promise<Timed> => {
    const began = performance.now();
    const { status } = await app.send(message);
    return { began, status, milliseconds: performance.now() - began };
  };
  /** Wrong passwords without pause, each attacker at an address of their own. */
  const flood = async (attackers: number, seconds: number): Promise<Timed[]> => {
    const end = performance.now() + seconds * 1000;
    const all = await Promise.all(
      Array.from({ length: attackers }, async (_, n) => {
        const answers: Timed[] = [];
        const from = `127.1.${n >> 8}.${(n & 255) + 1}`;
        while (performance.now() < end) {
          const body = {
            username: `nobody${n}-${answers.length}@example.org`,
            password: 'wrong wrong',
          };
          const answer = await timed({ method: 'POST', path: '/users/login/jwt', body, from });
          answers.push(answer);
          // A client that is told to come again does so, but not in the same moment.
          if (answer.status !== 400) await sleep(200);
        }
        return answers;
      }),
    );
    return all.flat();
  };

  it('R-16, PW-18: a flood of logins costs others little, and itself its answers', async () => {
    const headers = await start({ HASHER: 'bcrypt', OPTIONS: '{"attemptLimits":{}}' });
    const seconds = scale(60, 8);
    await app.stats();
    const quiet = (await app.stats()).rss;
    const flooding = flood(scale(200, 100), seconds);
    const mine: Promise<Timed>[] = [];
    let cut = Promise.resolve(0);
    for (let n = 0; n < seconds * 20; n++) {
      if (n === seconds * 10) cut = cutOff(server);
      mine.push(timed({ path: n % 2 ? '/users/me' : '/health', headers }));
      await sleep(50);
    }
    const cutAt = await cut;
    const others = await Promise.all(mine);
    const answers = await flooding;
    const { loop, rss } = await app.stats();
    const times = others.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const refused = answers.filter(({ status }) => status !== 400);
    // A new connection asks libuv's threads for the server's name: they must not be busy with hashes.
    const isHit = ({ began }: Timed) => began > cutAt - 1000 && began < cutAt + 2000;
    expect(others.filter((answer) => answer.status !== 200 && !isHit(answer))).toEqual([]);
    const again = others.find(({ began, status }, n) => n % 2 && began > cutAt && status === 200)!;
    const reconnected = again.began + again.milliseconds - cutAt;
    expect(reconnected).toBeLessThanOrEqual(2000);
    expect(percentile(times, 0.99)).toBeLessThanOrEqual(500);
    // In the long form, each of them is over the limit of an address in the end.
    const kinds = new Set(refused.map(({ status }) => status));
    expect(kinds).toEqual(new Set(kinds.has(429) ? [503, 429] : [503]));
    const slow = refused.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    expect(percentile(slow, 0.99)).toBeLessThanOrEqual(1000);
    await sleep(5000);
    const body = { username: 'honest@example.org', password };
    const honest = await timed({ method: 'POST', path: '/users/login/jwt', body });
    expect(honest.status).toBe(200);
    record('R-16', `${server.name}, bcrypt`, {
      'served logins': answers.length - refused.length,
      'answers 503': refused.filter(({ status }) => status === 503).length,
      'answers 429': refused.filter(({ status }) => status === 429).length,
      'refusals p99 ms': Math.round(percentile(slow, 0.99)),
      'others p99 ms': Math.round(percentile(times, 0.99)),
      'reconnected after ms': Math.round(reconnected),
      'event loop p99 ms': Math.round(loop.p99),
      'rss grew MB': Math.round(rss - quiet),
      'honest login afterwards ms': Math.round(honest.milliseconds),
    });
  });

  it('R-16, control: with a queue without bounds, the flood waits in line', async () => {
    await start({ HASHER: 'unbounded' });
    const answers = Array.from({ length: 60 }, (_, n) =>
      timed({
        method: 'POST',
        path: '/users/login/jwt',
        body: { username: `n${n}@example.org`, password: 'wrong wrong' },
      }),
    );
    const slowest = Math.max(...(await Promise.all(answers)).map((answer) => answer.milliseconds));
    expect(slowest).toBeGreaterThan(3000);
  });

  it('R-17: a flood of registrations and forgotten passwords makes few rows and few mails', async () => {
    await start({ OPTIONS: '{"attemptLimits":{}}' });
    const count = scale(10_000, 1500);
    const before = await rowsIn(server);
    const statuses = new Map<number, number>();
    for (let n = 0; n < count; n += 50) {
      const part = Array.from({ length: 50 }, (_, index) => {
        const email = `flood${n + index}@example.org`;
        return Promise.all([
          app.send({ method: 'POST', path: '/users/register', body: { email, password } }),
          app.send({ method: 'POST', path: '/users/forgot-password', body: { email } }),
        ]);
      });
      for (const { status } of (await Promise.all(part)).flat()) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    const rows = (await rowsIn(server)) - before;
    expect([...statuses.keys()].toSorted()).toEqual([201, 202, 429]);
    expect(rows).toBeLessThanOrEqual(100);
    record('R-17', server.name, {
      requests: 2 * count,
      'answers 429': statuses.get(429),
      'rows made': rows,
    });
  });
});

async function rowsIn(server: DatabaseServer): Promise<number> {
  const [row] = await server.query<{ count: string | number }>(
    'SELECT count(*) AS count FROM users',
  );
  return Number(row?.count);
}
