import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expire, fill } from '../harness/hay.js';
import { p99Beside, p99Of, ROUNDS } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const email = 'needle@example.org';
const FEW = 1000;
const ROWS = scale(1_000_000, 20_000);
/** How the databases call it when they do not have to look at each row. */
const BY_INDEX = /^(Index (Only )?Scan|Bitmap (Index|Heap) Scan|const|eq_ref|ref|range)$/;
const OPERATIONS = ['login', 'me', 'refresh', 'verify'] as const;

describe.each(serverKinds)('R-19: huge tables on $name', (kind) => {
  let server: DatabaseServer;
  let app: FaultApp;
  /** The same with small tables, in a database beside the huge ones. */
  let small: FaultApp;
  const start = (database?: string): Promise<FaultApp> => {
    const env = { OPTIONS: JSON.stringify({ requestVerificationOnRegister: true }) };
    return FaultApp.start({ database: server.optionsAt(server.port, { database }), env });
  };
  const quote = (sql: string) => (kind.name === 'mariadb' ? sql.replaceAll('"', '`') : sql);
  beforeAll(async () => {
    server = await kind.start();
    await server.query('CREATE DATABASE few');
    [app, small] = await Promise.all([start(), start('few')]);
    for (const at of [app, small]) await post(at, 'register', { email, password });
    await server.query(quote('UPDATE users SET "isSuperuser" = true'));
    await fill(server, FEW, 'few');
    await fill(server, ROWS);
  }, 300_000);
  afterAll(async () => {
    await app.kill();
    await small.kill();
    await server.remove();
  });

  it('are not felt by look-ups of users and tokens, refreshes and confirmations', async () => {
    const count = scale(300, 120);
    const [here, there] = [await steps(app, count * ROUNDS), await steps(small, count * ROUNDS)];
    const figures: Record<string, string> = {};
    for (const operation of OPERATIONS) {
      const { own: huge, other: few } = await p99Beside(count, here[operation], there[operation]);
      figures[`${operation} p99 with ${FEW} / all ms`] = `${few.toFixed(1)} / ${huge.toFixed(1)}`;
      expect(huge, operation).toBeLessThanOrEqual(2 * few);
    }
    record('R-19', kind.name, { rows: ROWS, ...figures });
  }, 300_000);

  it('are not felt by deep pages', async () => {
    const headers = await bearer(app);
    const times: number[] = [];
    let cursor: string | undefined;
    for (let n = 0; n < scale(2000, 200); n++) {
      const began = performance.now();
      const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await app.send({ path: `/users?limit=50${after}`, headers });
      times.push(performance.now() - began);
      expect(status).toBe(200);
      cursor = body.nextCursor as string;
    }
    const deep = Math.max(...times.slice(-20));
    expect(deep).toBeLessThanOrEqual(200);
    record('R-19 pages', kind.name, {
      'rows before the page': (times.length - 1) * 50,
      'longest of the last 20 pages ms': deep.toFixed(1),
    });
  }, 600_000);

  it('are read by an index, and cleaned in small parts that nobody waits for', async () => {
    await app.kill();
    await expire(server);
    await server.watch();
    const count = async () => {
      const sql = 'SELECT count(*) AS count FROM user_sessions WHERE "expiresAt" = 1';
      const [row] = await server.query<{ count: string | number }>(quote(sql));
      return Number(row?.count);
    };
    const rows = await count();
    app = await start();
    const step = await steps(app, 1);
    const logins = await p99Of(scale(500, 100), step.login);
    await sleep(4000);
    const left = await count();

    const cleaning = server.statements().filter(({ sql }) => /^(DELETE|SELECT .*<=)/s.test(sql));
    const deleting = cleaning.filter(({ sql }) => sql.startsWith('DELETE'));
    const deleted = deleting.map(({ sql }) => sql.split(' IN ')[1]!.split(',').length);
    // One login has begun it, and it goes on: several batches of a thousand.
    expect(rows - left).toBeGreaterThanOrEqual(3000);
    expect(deleted.reduce((sum, ids) => sum + ids, 0)).toBeGreaterThanOrEqual(rows - left);
    expect(Math.max(...deleted)).toBeLessThanOrEqual(5000);
    expect(await server.longestLockWait()).toBeLessThanOrEqual(100);
    expect(logins).toBeLessThanOrEqual(100);

    const seen: Record<string, string[]> = {};
    for (const operation of OPERATIONS) {
      const from = server.statements().length;
      await step[operation]();
      await sleep(50);
      const own = server
        .statements()
        .slice(from)
        .filter(({ sql }) => isOfTables(sql));
      seen[operation] = own.flatMap(({ access }) => access);
    }
    for (const operation of OPERATIONS) {
      expect(seen[operation], operation).not.toEqual([]);
      expect(
        seen[operation]!.filter((access) => !BY_INDEX.test(access)),
        operation,
      ).toEqual([]);
    }
    const longest = Math.max(
      ...server
        .statements()
        .filter(isOfTheApp)
        .map((one) => one.milliseconds),
    );
    expect(longest).toBeLessThanOrEqual(1000);
    record('R-19 cleaning', kind.name, {
      'rows deleted': rows - left,
      'most in a statement': Math.max(...deleted),
      'longest statement ms': longest.toFixed(1),
      'login p99 meanwhile ms': logins.toFixed(1),
      'longest wait for a lock ms': await server.longestLockWait(),
    });
  }, 300_000);

  it('would be read from their beginning to their end without an index (control)', async () => {
    const from = server.statements().length;
    await server.query("SELECT * FROM users WHERE nickname = 'nobody'");
    await sleep(50);
    const access = server
      .statements()
      .slice(from)
      .flatMap((statement) => statement.access);
    expect(access.some((one) => !BY_INDEX.test(one))).toBe(true);
  });
});

function post(app: FaultApp, path: string, body: object) {
  return app.send({ method: 'POST', path: `/users/${path}`, body });
}

async function login(app: FaultApp, backend = 'stored') {
  const { status, body } = await post(app, `login/${backend}`, { username: email, password });
  expect(status).toBe(200);
  return body as { access_token: string; refresh_token: string };
}

async function bearer(app: FaultApp) {
  return { authorization: `Bearer ${(await login(app)).access_token}` };
}

/** Tokens out of mails to so many who come anew. */
async function mailed(app: FaultApp, count: number): Promise<string[]> {
  const emails = new Set(Array.from({ length: count }, () => newEmail()));
  for (const someone of emails) await post(app, 'register', { email: someone, password });
  const tokens = () => app.mails.flatMap((mail) => (emails.has(mail.email) ? [mail.token] : []));
  await expect.poll(() => tokens().length, { timeout: 5000 }).toBe(count);
  return tokens();
}

/** One step of each operation, ready to be repeated so often. */
async function steps(app: FaultApp, times: number) {
  const headers = await bearer(app);
  let { refresh_token } = await login(app, 'mobile');
  const tokens = await mailed(app, times);
  return {
    login: () => login(app),
    me: async () => expect((await app.send({ path: '/users/me', headers })).status).toBe(200),
    refresh: async () => {
      const { status, body } = await post(app, 'refresh/mobile', { refresh_token });
      expect(status).toBe(200);
      refresh_token = body.refresh_token as string;
    },
    verify: async () => {
      expect((await post(app, 'verify', { token: tokens.pop() })).status).toBe(200);
    },
  };
}

/** Reads or changes rows that are there; the cleaner, which takes any thousand, apart. */
function isOfTables(sql: string): boolean {
  return (
    /^(SELECT|UPDATE|DELETE)\b.*\busers?\b|^(SELECT|UPDATE)\b.*\buser_sessions\b/s.test(sql) &&
    !/<= ?(\$1|\d+) +LIMIT/.test(sql)
  );
}

/** Not what this file counts with. */
function isOfTheApp({ sql }: { readonly sql: string }): boolean {
  return /\buser(s|_sessions)\b/.test(sql) && !sql.includes('count(*)');
}
